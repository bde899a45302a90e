"""What is behind the people of the corpus, where its labels are silent or differ from each other.

Read off contact sheets by one rule: ``plain`` is one colour, painted canvas, a smooth gradient or
darkness; ``soft`` is a place whose outlines are visibly out of focus; ``place`` has things in
focus. ``undecided`` are pictures that two readers could call differently, such as flags a little
out of focus before a canvas; they teach and test nothing. Pictures without a label were read before
they were measured. Of those with one, about thirty were read again after a measure had disagreed
with it: on these its figures flatter it.
"""

from __future__ import annotations

SEEN = {
    "plain": {
        "aflw2000": (
            "IBUG_image_008_1_0.jpg image00251.jpg image00475.jpg image00516.jpg "
            "image01038.jpg image02545.jpg"
        ),
        "more/djangocon": (
            "chris-may.jpeg dane-hillard~2.jpg ed-rivas.jpeg gajendra-deshpande.jpg "
            "iuri-de-silvio.png jay-miller.jpg jeff~2.jpg le-xiao.jpg "
            "markus-holtermann.jpg zan-anderle.jpg"
        ),
        "more/ember_team": "cmueller.jpg nhammond.jpg",
        "more/gdgph17": "Jekri_Orlina.jpg",
        "more/inpycon23": (
            "abhijeet-kumar.jpg abhijit-gadgil.jpg cheuk-ting-ho.jpg nirant-kasliwal.jpg "
            "s-anand.jpg shailesh-kumar.jpg"
        ),
        "more/jupyter_bios": (
            "JessicaHamrick.jpeg Lahari_Chowtoori.jpeg Mahendra_Paipuri.jpg Michal_Krassowski.jpg"
        ),
        "more/sports5": (
            "6a1a57040d.jpg 8e28dca199d2c529e710f2fc7550fc85.jpg "
            "a8784d8ea286c3fbfef21201af1c1254.jpg fc75b07003.jpg"
        ),
        "us_governors": "daniel-mckee.jpg",
        "us_senate": "lisa-murkowski.jpg",
    },
    "soft": {
        "aflw2000": "image00514.jpg",
        "face_recognition": "img1-2.jpg img1.jpg johnsnow_test1.jpg",
        "more/djangocon": (
            "caroline-taylor.jpg dane-hillard.jpg drew.jpg felipe.jpeg jeff.jpg "
            "nate-aune.jpg thiago-bellini-ribeiro.jpeg thibaud-colas.jpeg tracy.jpg"
        ),
        "more/ember_team": "tlee.png",
        "more/inpycon23": "shahul-es.jpg",
        "more/jupyter_bios": "Luciano_Resende.jpg Martha_Cryan.jpg Rowan_Cockett.jpg",
        "more/sports5": (
            "02453493f852c0efe8ff951dea5845c4.jpg 02fa06cf94.jpg 190703-lionel-messi.jpg "
            "20190804-The18-Image-Lionel-Messi-Speech-Camp-Nou-2019-1280x720.jpg "
            "26622.jpg 28410198-8321609-image-a-96_1589497931974.jpg 37d3f53e84.jpg "
            "47f53ee402.jpg 59a89ee258.jpg 5bd946a6cdbadfc416e59db42422c06c.jpg "
            "631e46db26.jpg 636654404591000000-GTY-980548622.jpg 7953108375.jpg "
            "7fde5779f6.jpg 80b6d56dca.jpg 838788-lionel-messi-pti.jpg 84b8ff940f.jpg "
            "9e30af3e8d.jpg Lionel-Messi-GettyImages-1160437265.jpg "
            "Lionel-Messi-of-FC-Barcelona.jpg MW-GZ677_messi__20181204153948_ZQ.jpg "
            "aacdbc91c5.jpg b1b30289cc.jpg dec07e4775.jpg e158b6a853.jpg "
            "lionel-messi-1583899230.jpg "
            "lionel-messi-in-november-2005_kmvg03y9e7621774f558bqqnl.jpg "
            "lionelmessi-cropped_1fa41kpn63pr81p55kcpiaiusr.jpg messi-940x529.jpg "
            "mini_Messi-celebraci-gol.jpg"
        ),
        "more/us_house": (
            "abigail-spanberger.jpg andy-levin.jpg ben-cline.jpg cheri-bustos.jpg "
            "felix-moore.jpg guy-reschenthaler.jpg marjorie-greene.jpg"
        ),
        "talkinghead": "AniTalker-aiface6.png",
        "us_governors": "brad-little.jpg eric-holcomb.jpg",
        "us_senate": (
            "cynthia-lummis.jpg jacky-rosen.jpg maria-cantwell.jpg michael-bennet.jpg "
            "robert-casey.jpg shelley-capito.jpg"
        ),
    },
    "place": {
        "aflw2000": "image02420.jpg",
        "face_recognition": (
            "biden.jpg kit_with_rose.jpg obama-1080p.jpg obama-240p.jpg obama-480p.jpg "
            "obama-720p.jpg obama3.jpg obama_and_biden.jpg two_people.jpg"
        ),
        "more/djangocon": (
            "adam.jpg adrienne.jpg amber-wanner.jpg andrew-mshar~2.jpeg carol-ganz.jpg "
            "deatz.jpg heidi-white.jpeg kenneth.jpg paul-gilzow.jpeg sanyam-khurana.jpeg"
        ),
        "more/ember_team": "cmanson.jpg",
        "more/inpycon23": (
            "alison_cossette.jpg bhavesh-bhatt.jpg bhawna-chauhan.jpg "
            "dinesh-venkatesan.jpg kurian-benoy.jpg marcelo-trylesinski.jpg "
            "nitin-kishore-sai-samala.jpg priyanshu-krishnan.jpg"
        ),
        "more/jupyter_bios": "Kevin_Bates.jpg Yuvi_Panda.jpg",
        "more/sports5": "150fc612d2.jpg 877f7e3ca1.jpg",
    },
    "undecided": {
        "more/djangocon": "anna-kiefer.jpg",
        "more/us_house": (
            "alex-mooney.jpg barry-loudermilk.jpg bob-gibbs.jpg brian-mast.jpg glenn-grothman.jpg"
        ),
        "talkinghead": (
            "AniTalker-aiface1.png LivePortrait-s1.jpg LivePortrait-s11.jpg "
            "SadTalker-full_body_1.png echomimic_v2-0055.png echomimic_v2-0201.png "
            "echomimic_v2-0252.png echomimic_v2-0430.png echomimic_v2-0452.png"
        ),
        "us_governors": "gretchen-whitmer.jpg kimberly-reynolds.jpg kristi-noem.jpg",
        "us_senate": "mazie-hirono.jpg roger-wicker.jpg susan-collins.jpg",
    },
}
"""File names by kind and folder."""

KIND_OF = {
    "solid": "plain",
    "dark": "plain",
    "blur": "soft",
    "bokeh": "soft",
    "indoor": "place",
    "office": "place",
    "outdoor": "place",
    "books": "place",
    "flag": "place",
    "brick": "place",
    "busy": "place",
    "banner": "place",
}
"""The kind that the corpus's own word for a background stands for."""

_READ = {
    f"{folder}/{name}": kind
    for kind, folders in SEEN.items()
    for folder, names in folders.items()
    for name in names.split()
}


def behind(file: str, label: str) -> str:
    """``plain``, ``soft`` or ``place``; empty where nobody knows or readers differ."""
    kind = _READ.get(file) or KIND_OF.get(label, "")
    return "" if kind == "undecided" else kind
