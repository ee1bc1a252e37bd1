//! Who there is: two people, their pages, and the professional accounts linked with these.

use serde_json::{Value, json};

/// A page on Facebook.
#[derive(Debug)]
pub struct Page {
    /// Its id.
    pub id: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Its name in addresses.
    pub username: &'static str,
    /// Who has a role on it.
    pub owner: &'static str,
    /// What the owner may do there.
    pub tasks: &'static [&'static str],
    /// The business that holds it; such pages are not among the user's own.
    pub business: Option<&'static str>,
    /// The professional account linked with it.
    pub instagram: Option<Professional>,
}

/// A professional account on Instagram.
#[derive(Debug)]
pub struct Professional {
    /// Its id.
    pub id: &'static str,
    /// Its handle.
    pub username: &'static str,
    /// Its name.
    pub name: &'static str,
    /// The id under which an app knows the one who logs in with it.
    pub login: &'static str,
}

/// Who uses Facebook: id and name.
pub const PEOPLE: [(&str, &str); 2] = [("8801", "Ada Weber"), ("8802", "Ben Kraus, who has no page")];

const ALL_TASKS: &[&str] = &["ADVERTISE", "ANALYZE", "CREATE_CONTENT", "MESSAGING", "MODERATE", "MANAGE"];

/// Every page.
pub static PAGES: [Page; 4] = [
    Page {
        id: "2051001",
        name: "Weber Werkstatt",
        username: "weberwerkstatt",
        owner: "8801",
        tasks: ALL_TASKS,
        business: None,
        instagram: Some(Professional {
            id: "17841400000000501",
            username: "weber.werkstatt",
            name: "Weber Werkstatt",
            login: "7701",
        }),
    },
    Page {
        id: "2051002",
        name: "Stadtfest",
        username: "stadtfest",
        owner: "8801",
        tasks: &["ANALYZE"],
        business: None,
        instagram: None,
    },
    Page {
        id: "2051003",
        name: "Atelier Nord",
        username: "ateliernord",
        owner: "8801",
        tasks: ALL_TASKS,
        business: None,
        instagram: Some(Professional {
            id: "17841400000000503",
            username: "atelier.nord",
            name: "Atelier Nord",
            login: "7703",
        }),
    },
    Page {
        id: "2051004",
        name: "Nordlicht Verlag",
        username: "nordlichtverlag",
        owner: "8801",
        tasks: ALL_TASKS,
        business: Some("2059001"),
        instagram: None,
    },
];

/// The page of this id.
#[must_use]
pub fn page(id: &str) -> Option<&'static Page> {
    PAGES.iter().find(|page| page.id == id)
}

/// The pages on which someone has a role.
pub fn pages_of(user: &str) -> impl Iterator<Item = &'static Page> {
    PAGES.iter().filter(move |page| page.owner == user)
}

/// The name of someone.
#[must_use]
pub fn name_of(user: &str) -> &'static str {
    PEOPLE.iter().find(|(id, _)| *id == user).map_or("Somebody", |(_, name)| name)
}

/// Every professional account.
pub fn professionals() -> impl Iterator<Item = &'static Professional> {
    PAGES.iter().filter_map(|page| page.instagram.as_ref())
}

/// The professional account of this id.
#[must_use]
pub fn professional(id: &str) -> Option<&'static Professional> {
    professionals().find(|professional| professional.id == id)
}

/// A professional account as the Graph API shows it.
#[must_use]
pub fn professional_node(professional: &Professional) -> Value {
    json!({
        "id": professional.id,
        "username": professional.username,
        "name": professional.name,
        "profile_picture_url": format!("https://scontent.example/{}.jpg", professional.id),
        "followers_count": 123,
        "media_count": 4,
    })
}
