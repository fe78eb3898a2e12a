"""Words and endings that tell bokmål, nynorsk, Danish, Swedish, English and Finnish apart.

A mark names the languages in which a word or an ending is at home; meeting it counts
against all others. Words that two languages share stand with both, words that all share
are left out. Written by hand for texts on regional development, then checked against the
treebanks (a word of one list that is common in another language was moved).
"""

from __future__ import annotations

# Keys are languages joined by a blank.
_WORDS: dict[str, str] = {
    "nb": """
        hva noen noe mye gjøre gjør ønske øke økt økte økning bærekraft bærekraftig bærekraftige muligheter mulighet
        mulighetene utfordringer utfordringene bedriftene områdene regionene virkemidler virkemidlene hvorav derimot
        kjennetegnes hovedsakelig kommunene fylkene fylkeskommunene satsinger satsingene ordninger forslagene
        tjenester tjenestene bransjer virksomheter virksomhetene investeringer endringer løsninger løsningene
        dagens fremtidige fremtidens fremtiden fremover innenfor nettverkene forskningsmiljøer
        vite vet gir gi tatt blitt gjennomføre gjennomført tilrettelegge etterspørsel egenskaper eksempelvis
        imidlertid nødvendig nødvendige bidra bidrar bidratt ulike innenlands næringer næringene klyngene klynger
        enn noenlunde nåværende hjemme hjelpe hjelp gjennomføring forutsetning forutsetninger spesielt særlig
        arbeidstakere innbyggere innbyggerne aktører aktørene akademia strategien planen strategiene tiltakene
        tilgang mangler rekruttere framtidige trenger kjent lønnsomhet sysselsetting sysselsettingen sysselsatte verdiskaping
        verdiskapingen bærekraftsmål hvorfor kunnskapsbasert ledende styrke styrker mål måler samarbeider viktig viktige
    """,
    "nn": """
        ikkje eg ein ei eit frå dei nokon noko nokre mykje kva kven korleis kvifor kvar kvart kor gjere gjer
        vere vert vart vorte verte blei berre difor desse deira dykkar sjølv sjølve òg meir mest fleire
        vore saman mellom medan sidan ynskje ynskjer auke aukar auka auken bærekraft berekraft berekraftig
        berekraftige moglegheit moglegheiter moglegheitene moglege mogleg utfordringar utfordringane verksemd
        verksemder verksemdene bedriftene tiltaka områda fylka kommunane regionane verkemiddel verkemidla
        ordningar løysing løysingar løysingane tenester tenestene endringar investeringar næringar næringane klyngjer klyngene
        framtida framtidige framover innan innanfor utanfor kunnskapen lønsemd sysselsetjing sysselsetjinga verdiskapinga
        forsking forskinga forskingsmiljø utdanninga utviklinga satsinga satsingar satsingane
        skal kjem kome komne tek ta gjev gje gir gitt sjå ser seier høg høge høgare lågare låge gjennomføre
        arbeidet arbeidstakarar innbyggjarar innbyggjarane aktørar aktørane arbeidskraft heile eigen eige eigne
        særleg særlege viktig viktige naudsynt naudsynte nødvendig leggje leggjast skape skapast byggje byggjer
        styrkje styrkjer styrke tilgjengeleg tilgjengelege trengst treng manglar gjeld gjeldande verda
        eksempel døme dømes kring ulike ulik vidare vidareutvikle samanheng samanhengen gjennom oppgåve oppgåver
        kjelde kjelder vatn straum skule skular høgskule ungdomar menneske vekse veks veksande vekst
        lokalsamfunn omsyn omstilling næringslivet distrikta grøn grøne berekraftsmål partnarskap partnarskapen
    """,
    "sv": """
        och att inte är ett från jag av som för på med till de dem hur vad när där här vilka vilket vilken
        ska skall bör även också samt mellan genom eftersom under mot utan redan bara mycket många några något någon
        åtgärd åtgärder åtgärderna insats insatser utveckling utvecklingen näringsliv näringslivet näringslivets
        företag företagen företagens kommuner kommunerna länet länets regionens hållbar hållbara hållbart hållbarhet
        tillväxt tillväxten utmaning utmaningar utmaningarna möjlighet möjligheter möjligheterna styrka styrkor
        hinder brist brister samverkan samarbete samarbeten forskning utbildning kunskap kunskaper kompetens
        kompetensförsörjning arbetsmarknad arbetsmarknaden arbete arbetet branscher verksamhet verksamheter
        innebär bidra bidrar stärka stärker skapa skapar öka ökar ökad ökade ökat behöver behov krävs finns
        viktig viktiga viktigt framtid framtiden framtida nya ny stor stora större bättre olika våra vår vi
        år en den det detta dessa denna sin sina sitt har hade kan kunna blir bli blev varit vara var
        tjänster tjänst lösningar områden området inom samhälle samhället digitalisering klimat fossilfri
        offentlig offentliga invånare aktörer aktörerna stöd stödja möjliggöra främja utifrån tillsammans
        stad landsbygd landsbygden skog skogen miljö miljön tillgång kapital göra gör gjort får få
        ej eller men om sedan så både dock därför dess varje sådan sådana
    """,
    "da": """
        af og at ikke jeg en et fra hvad hvor hvordan hvorfor hvilke hvilken hvem nogen noget nogle meget mange mere
        være blive bliver blev blevet gøre gør gjort kunne skulle ville også efter gennem mellem uden hos derfor disse
        deres sig selv vores jeres eget egne hele flere bæredygtig bæredygtige bæredygtighed udvikling udviklingen
        udvikle udvikler erhverv erhvervsliv erhvervslivet erhvervslivets virksomhed virksomheder virksomhederne
        kommuner kommunerne regioner regionerne region regionen mulighed muligheder mulighederne udfordring udfordringer
        udfordringerne indsats indsatser indsatsen indsatsområde indsatsområder styrke styrker styrkes barrierer mangel
        samarbejde samarbejdet arbejdskraft arbejdspladser arbejdsmarked arbejdsmarkedet arbejde viden uddannelse
        uddannelser uddannelserne forskning kompetencer kompetence vækst væksten øget øge øger bidrage bidrager
        skabe skaber sikre sikrer understøtte understøtter løsninger løsning ydelser produkter borgere borgerne
        aktører aktørerne fremtid fremtiden fremtidens nye ny store større bedre vigtig vigtige vigtigt særligt
        særlig inden for indenfor område områder områderne både dog så når nu år tilgang adgang kapital
        rammer vilkår virkemidler tiltag omstilling grønne grøn fødevarer investeringer iværksættere iværksætteri
        kvalificeret strategi strategien klynger klyngerne hvis derved herunder blandt ligger findes giver give
        få får tage stor hvert ud ind op ned til tilbage ved vi mod med på om over til at der den det de dem
        havde haft var været kan skal vil må bør
    """,
    "en": """
        the of and to in is are was were be been with by from on as at or an this that these those which who
        will would can could should must may not it its their they we our has have had more most than also such
        for between through into other new region regions regional development business businesses growth research
        innovation skills measures barriers strategy areas strengthen firms companies public private support within
        there what how where when while both under sector sectors opportunities lack need needs key
    """,
    "fi": """
        ja on ei että se oli sekä kuin mutta ovat myös tai joka jotka tämä nämä sen niiden alueen alueella maakunnan
        maakunta kehittäminen kehittää kehittämisen yritysten yritykset yritysten osaaminen osaamisen kestävä kestävän
        kasvu kasvua tutkimus uusia uuden voidaan tulee ovat hyvin kanssa mukaan välillä lisäksi strategia strategian
        toimenpiteet tavoitteena toiminta kunnat kuntien yhteistyö yhteistyötä hyvinvointi elinvoima vuoteen vuonna
    """,
    "nb nn": """
        av gjennom etter mellom dersom slik kunnskap bedrift bedrifter kompetanse kompetansen næringsliv tiltak
        fylke fylket fylkeskommunen næringslivet næring næringa gjennomført utdanning utvikling satsing tilskudd
        innovasjon informasjon organisasjon kommunikasjon produksjon teknologi høyring opplæring offentlig
        sammen kommune verdikjede verdikjeder regjering hovedmål skape samarbeid arbeidsliv arbeidslivet arbeidsplassar
        nasjonal nasjonale internasjonale utvikle bidrag på grunn omstilling landbruk havbruk industri kapital utover
        trengs arbeidskraft verdiskaping framtid flyt skog berre innovasjonssystem
    """,
    "nb da": """
        ikke jeg en fra hvor hvordan hvem hvilke hvilken være derfor disse deres selv egne flere mere mer hele
        virksomhet muligheter særlig ønsker samtidig mens bedre øger styrker nødvendig løsninger kompetencer løsning
        barrierer barriere uten hvis hver hvert når også både så tilgang mangel klynger aktører fremtid
        fremtidige være må kunne skulle ville blitt langt fordi før blant først fremme sikre økt høy høyere lave
        forskning de dem har mange mindre ny nye viden videre vigtig offentlige
    """,
    "nn sv": """
        innan medan vara våra mest utan ingen
    """,
    "nb nn da": """
        og i er til det som for med den om vi han at men om når også både skal vil kan bør må ved så år over dette
        eller sin sine sitt stor store større seg noget har der her nye ny mange behov blant over hvor på år få får
        støtte mangel område områder strategi strategien region regionen
    """,
    "nb nn sv": """av i med som har den det vi en om så kan vår från våra""",
}
