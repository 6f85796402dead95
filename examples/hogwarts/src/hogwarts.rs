//! The school's books, in memory.

use serde::{Deserialize, Serialize};
use start_runtime::schemars::{self, JsonSchema};

/// A student of the school.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Student {
    pub name: String,
    pub house: String,
    /// The year in which the student came to the school.
    pub year: u16,
}

const STUDENTS: [(&str, &str, u16); 12] = [
    ("Harry Potter", "gryffindor", 1991),
    ("Hermione Granger", "gryffindor", 1991),
    ("Ron Weasley", "gryffindor", 1991),
    ("Ginny Weasley", "gryffindor", 1992),
    ("Colin Creevey", "gryffindor", 1992),
    ("Draco Malfoy", "slytherin", 1991),
    ("Pansy Parkinson", "slytherin", 1991),
    ("Astoria Greengrass", "slytherin", 1993),
    ("Padma Patil", "ravenclaw", 1991),
    ("Luna Lovegood", "ravenclaw", 1992),
    ("Cedric Diggory", "hufflepuff", 1989),
    ("Hannah Abbott", "hufflepuff", 1991),
];

const HOUSE_MASTERS: [(&str, &str); 4] =
    [("gryffindor", "mcgonagall"), ("slytherin", "snape"), ("ravenclaw", "flitwick"), ("hufflepuff", "sprout")];

/// The students of a house who came in one year.
pub fn students_of(house: &str, year: u16) -> Vec<Student> {
    select(|(_, of, came)| *of == house && *came == year)
}

/// All students of a house.
pub fn students(house: &str) -> Vec<Student> {
    select(|(_, of, _)| *of == house)
}

fn select(wanted: impl Fn(&(&str, &str, u16)) -> bool) -> Vec<Student> {
    let found = STUDENTS.iter().filter(|student| wanted(student));
    found.map(|(name, house, year)| Student { name: (*name).into(), house: (*house).into(), year: *year }).collect()
}

/// The master of a house, who may see its books; `None` if the school does not have the house.
pub fn house_master(house: &str) -> Option<&'static str> {
    HOUSE_MASTERS.iter().find(|(of, _)| *of == house).map(|(_, master)| *master)
}

/// The house that somebody is the master of.
pub fn house_of_master(master: &str) -> Option<&'static str> {
    HOUSE_MASTERS.iter().find(|(_, of)| *of == master).map(|(house, _)| *house)
}
