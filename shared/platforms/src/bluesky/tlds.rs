//! Top-level domains that make a bare `name.tld` a link. Writing `https://` works for all others.

/// Generic ones in common use. Words that often end a file's name are left out on purpose.
const GENERIC: &str = " academy agency app art arpa asia bar berlin best bio biz blog build business \
    cafe camp capital care careers center chat church city click cloud club codes coffee com community \
    company consulting cool coop dance design dev digital direct earth edu education email energy \
    engineer events exchange expert family fan farm fashion film finance fit foundation fun fund fyi \
    gallery games garden global gmbh gold gov group guide guru hamburg health help home host house how \
    inc info ink institute int international jobs kitchen land law legal life link live lol london love \
    ltd management market marketing media men mil mobi moe museum music name net network news ngo nyc \
    one online org page paris party photo photography photos pics plus press pro pub radio recipes \
    rentals report rest restaurant reviews rocks run sale school science services shop show site ski \
    social software solutions space sport store studio style support swiss systems team tech technology \
    tips today tools top tours town training travel tube tv university vet video vip vote watch web \
    website wiki wien win wine work works world wtf xyz yoga zone ";

/// Countries and unions, except those that are everyday words or file endings (`md`, `py`, `rs`,
/// `sh`, `so`, `zip` and the like would turn sentences into links).
const COUNTRIES: &str = " ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj \
    bm bn bo br bs bt bw by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz \
    ec ee eg er es et eu fi fj fk fm fo fr ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm \
    hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk \
    lr ls lt lu lv ly ma mc me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl \
    no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw qa re ro ru rw sa sb sc sd se sg si sj sk sl \
    sm sn sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug uk us uy uz va vc \
    ve vg vi vn vu wf ws ye yt za zm zw ";

/// Whether `label` is such a top-level domain. Capitals are refused: `end.Of` is a missing space.
pub(super) fn is_top_level(label: &str) -> bool {
    let wanted = format!(" {label} ");
    let lower =
        label.bytes().all(|byte| byte.is_ascii_lowercase()) || label.bytes().all(|byte| byte.is_ascii_uppercase());
    lower && !label.is_empty() && {
        let wanted = wanted.to_ascii_lowercase();
        GENERIC.contains(&wanted) || COUNTRIES.contains(&wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_domains_are_known() {
        for label in ["com", "de", "social", "COM", "zone", "academy", "zw", "ac"] {
            assert!(is_top_level(label), "{label}");
        }
        for label in ["", "Of", "txt", "rs", "co m", " ", "c", "om"] {
            assert_eq!(is_top_level(label), label == "om", "{label}");
        }
    }
}
