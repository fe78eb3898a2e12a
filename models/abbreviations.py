"""Words that end in a full stop without ending a sentence, per language.

Five lists, because abbreviations differ in what may follow them:

- `NEVER` point at what follows ("jf.", "Prof."): no sentence ends there.
- `NUMBERED` do so before a number only ("no. 3", but "the answer is no.").
- `FINAL` close an enumeration or a sum ("osv.", "etc."): a capital after them starts a sentence.
- `UNSURE` stand before names and at the end alike ("Co.", "U.S."): the next word decides,
  a sentence starts there only when it is one of `STARTERS`.
- `LETTERED` come before a single capital that is a label, not an initial ("vedlegg B.").

All are lower case, without the last stop, with their inner stops. A word that is also an
ordinary one ("med", "art", "min") is left out of `NEVER`: a sentence can end in it.
"""

from __future__ import annotations

_NORDIC_NEVER = """
    adm adv ang bl.a bla cand chr dr e.kr f.kr f.o.m fr.o.m f.ex fhv h.h.v hhv i.f.t i.h.t ift iht inkl
    ing jf jfr kap kgl m.a.o m.h.t m.t.p mht mtp nr nuv o.fl.a oppr p.g.a pga pkt prof repr resp st.meld
    t.o.m th u.a v.h.a vedr vha vs d.v.s dvs s.k mag.art
"""
_NEVER = {
    "nb": """
        alm avd d.e eks evt f.eks feks forts gj.sn gnr bnr i.f.m iflg ifm innst jmf jmfr komm lovd meld
        ot.prp p.t pbl pst.vis prop ref st.prp t.d tidl tilsv utg v.hj årl ekskl eksl
    """,
    "nn": """
        alm avd eks evt f.eks forts gj.sn gnr bnr i.f.m iflg ifm innst jamf jmf jmfr komm m.a m.o.t meld
        ot.prp p.t pbl prop ref st.prp t.d tidl tilsv utg v.hj årl ekskl eksl sokn
    """,
    "sv": """
        anm avd bil civ.ek civ.ing dir dnr enl etabl ev exkl f.d f.n f.r.o.m fig föreg gm gnm i.o.m i.st
        jur.kand jmf m.m.a motsv ordf prel prop sakk sid såk st.f t.ex tex t.f t.v tekn tillf urspr uppl
        v.d v.g övers jämf lic fil sekr förf
    """,
    "da": """
        adj adm.dir afd alm bek bet bek.nr bek.g cand.jur cand.merc cand.oecon cand.polit cand.scient d.d
        dir eksp eksl ekskl evt f.eks feks forts gl gnsn i.f.m ifm iflg komm ldr lb m.b.t pol pgl sagsnr
        sml tidl tilsv udg v.hj vedk vejl d.å lic jvf gns omr pr
    """,
    "en": """
        approx assoc asst cf dept.of dr e.g ed eds eq esp et.seq excl fig figs gov hon i.e incl messrs mr
        mrs ms mt prof rev sgt sr.adv st viz vs chas resp lt capt cllr
    """,
}
_NORDIC_NUMBERED = "art bd fig kl kr min maks max s tab tel tlf vol ev jun jul mar st ca c:a § d a p"
_NUMBERED = {
    "nb": _NORDIC_NUMBERED + " lnr org.nr sak saksnr årg jnr ref.nr mob",
    "nn": _NORDIC_NUMBERED + " lnr org.nr sak saksnr årg jnr ref.nr mob",
    "sv": _NORDIC_NUMBERED + " avsn not org.nr mom sfs mobil",
    "da": _NORDIC_NUMBERED + " j.nr side cvr tlf.nr stk mob",
    "en": "no nos p pp ch chap app art sec para paras ss tab annex vol n c ca max min ext tel pt",
}
_NORDIC_FINAL = """
    e.l el etc m.fl mfl m.m mm mv m.v m.v.a mva mill mio mia milj mrd mdr mnd mkr mdkr o.a o.d o.l osv
    o.s.v pct prc proc pst s.å stk tkr tsd kr o.m.a o.m.fl oma e.m f.m ff flg al innb
"""
_FINAL = {
    "nb": _NORDIC_FINAL + " osb sst",
    "nn": _NORDIC_FINAL + " fylg osb o.s.b",
    "sv": _NORDIC_FINAL + " f.f o.dyl inv e.d",
    "da": _NORDIC_FINAL + " og.lign o.lign lign indb mia.kr mio.kr",
    "en": "etc al a.m p.m bn mn tn ff seq ibid",
}
_NORDIC_UNSURE = """
    jan febr feb apr aug sept sep okt nov des dec st co inc ltd jr sr a.s a/s e.u u.s u.k u.s.a ph.d m.sc
    b.sc bros
"""
_UNSURE = {
    "nb": _NORDIC_UNSURE,
    "nn": _NORDIC_UNSURE,
    "sv": _NORDIC_UNSURE,
    "da": _NORDIC_UNSURE,
    "en": """
        jan feb mar apr jun jul aug sept sep oct nov dec co inc ltd corp plc llc jr sr e.u u.s u.k u.s.a
        u.n d.c ph.d m.sc b.sc b.a m.a bros gov dept est dist univ
    """,
}
_STARTERS = {
    "nb": """
        alle andre at av begge blant da de den denne der dermed derfor dersom det dette disse du en er et
        etter flere for fordi fra først gjennom han her hun hva hvem hver hvis hvilke hvor hvordan hvorfor
        i ifølge imidlertid ingen innen innenfor jeg kan likevel man mange med mens men mer mest mot målet
        når og også om over på samlet samtidig se selv siden slik slike som særlig så tiltaket under uten
        ved vi videre våre vår å arbeidet resten
    """,
    "nn": """
        alle andre at av begge blant da dei den denne der dermed difor dersom det dette desse du eg ein ei
        eit er etter fleire for fordi frå først gjennom han her ho ingen innan innanfor i kan kva kven
        kvar kvifor korleis likevel man mange med medan men meir mest mot målet når no og også om over på
        samla samstundes samtidig sjå sidan sjølv slik slike som særleg så tiltaket under utan ved vi
        vidare våre vår å arbeidet resten
    """,
    "sv": """
        alla andra att av bland båda både dessa dessutom de den denna det detta där därför därmed efter
        eftersom en ett enligt fler flera för från först genom han har hon hur här i idag ingen inom inte
        jag kan man med medan men mer mest mot målet många ni nu när och också om på samtidigt se sedan
        som särskilt så till trots under utan utöver vad var varför vem vi vid vidare vår våra vårt ändå
        är även över arbetet resten
    """,
    "da": """
        alle andre at af begge blandt da de den denne der derfor dermed dertil desuden det dette disse du
        en er et efter flere for fordi fra først gennem han her hun hvad hvem hver hvis hvilke hvor
        hvordan hvorfor i ifølge imidlertid ingen inden jeg kan man mange med mens men mere mest mod målet
        når og også om over på samlet samtidig se selv siden som således så under uden ved vi videre vores
        vor at alligevel arbejdet resten
    """,
    "en": """
        a above according after all also although an among and another any are as at because before below
        both but by can despite due during each even every few finally first for from further given he
        hence her here how however if in instead is it its many meanwhile moreover most no nor not of on
        once only or other our over overall she since so some such that the their then there therefore
        these they this those through thus to under until we what when where which while who why will with
        within without yet you
    """,
}
_NORDIC_LETTERED = "alternativ figur kategori klasse modell område plan punkt scenario type vitamin"
_LETTERED = {
    "nb": _NORDIC_LETTERED + " vedlegg gruppe tabell del fase",
    "nn": _NORDIC_LETTERED + " vedlegg gruppe tabell del fase",
    "sv": _NORDIC_LETTERED + " bilaga grupp tabell del fas klass typ",
    "da": _NORDIC_LETTERED + " bilag gruppe tabel del fase model",
    "en": """
        annex appendix option group figure table part class type item category plan phase area schedule
        scenario
    """,
}


def _read(lists: dict[str, str], nordic: str = "") -> dict[str, frozenset[str]]:
    """Split the words; `nordic` goes to every language but English."""
    return {
        code: frozenset((words + (nordic if code != "en" else "")).split()) for code, words in lists.items()
    }


NEVER = _read(_NEVER, _NORDIC_NEVER)
NUMBERED = _read(_NUMBERED)
FINAL = _read(_FINAL)
UNSURE = _read(_UNSURE)
STARTERS = _read(_STARTERS)
LETTERED = _read(_LETTERED)
