// What the clients ask.

export const PAGE = `query Page($first: Int, $after: String) {
  students(first: $first, after: $after) { edges { node { name house { name } } } pageInfo { hasNextPage endCursor } }
}`;
export const ADD = `mutation Add($name: String!, $house: String!) {
  addStudent(name: $name, house: $house, year: 1996) { id name house { founder } }
}`;
export const PORTRAIT = 'mutation Portrait($file: Upload!) { portrait(file: $file) }';
export const ARRIVALS = 'subscription Arrivals { arrivals { name house { name } } }';

/** Headers that no page of another site can send without being asked: an upload needs one. */
export const PREFLIGHT = { 'apollo-require-preflight': 'true' };

export const portrait = () => new File(['x'.repeat(70_000)], 'portrait.png', { type: 'image/png' });

/** A page and the page behind it, as both clients with a cache and those without have them. */
export function readPages(check, first, second) {
  const names = ({ students }) => students.edges.map(({ node }) => `${node.name} of ${node.house.name}`);
  check('a page', names(first), ['Harry Potter of gryffindor', 'Hermione Granger of gryffindor']);
  check('has a next page', first.students.pageInfo.hasNextPage, true);
  check('the next page', names(second), ['Hannah Abbott of hufflepuff', 'Luna Lovegood of ravenclaw']);
}

/** Waits until an arrival is seen: a subscription may begin later than the next request. */
export async function arrives(add, seen) {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    await add();
    const arrival = await Promise.race([seen, new Promise((resolve) => setTimeout(resolve, 50))]);
    if (arrival) return arrival;
  }
  return undefined;
}
