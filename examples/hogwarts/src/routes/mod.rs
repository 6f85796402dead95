//! One file for each path of the API.

mod admin;
mod files;
mod health;
mod pages;
mod report;
mod students;
mod summary;
mod year;
