// The front end of posts: no framework and no build step. The address says what is shown.

import * as api from './api.js';

const main = document.querySelector('main');
const date = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** A copy of a template; `find` looks for one element of it. */
function copy(id) {
  const view = document.getElementById(id).content.cloneNode(true);
  return { view, find: view.querySelector.bind(view) };
}

/** Tells what happened to those who cannot see it. */
function say(text) {
  document.getElementById('status').textContent = text;
}

/** Fills in a post. `gone` is called when it has been deleted. */
function fill(find, post, gone) {
  const time = find('time');
  time.dateTime = post.createdAt;
  time.textContent = date.format(new Date(post.createdAt));
  find('.text').textContent = post.body;
  const button = find('.delete');
  const error = find('.error');
  button.setAttribute('aria-label', `Delete “${post.title}”`);
  button.addEventListener('click', async () => {
    button.disabled = true;
    error.textContent = '';
    try {
      await api.remove(post.id);
      say(`Deleted “${post.title}”.`);
      gone();
    } catch (failure) {
      error.textContent = failure.message;
      button.disabled = false;
    }
  });
}

async function homeView() {
  const posts = await api.list();
  const { view, find } = copy('home');
  const form = find('form');
  const list = find('.posts');
  const empty = find('.empty');
  const count = () => (empty.hidden = list.children.length > 0);
  const show = (post) => {
    list.prepend(item(post, count));
    count();
  };
  posts.forEach(show);
  count();
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    submit(form, show);
  });
  return { view, title: 'Posts' };
}

/** A post in the list. When it goes, the keyboard's focus moves on to the next one. */
function item(post, count) {
  const { view, find } = copy('item');
  const row = view.firstElementChild;
  const link = find('a');
  link.href = `/posts/${post.id}`;
  link.textContent = post.title;
  fill(find, post, () => {
    const neighbour = row.nextElementSibling ?? row.previousElementSibling;
    (neighbour?.querySelector('.delete') ?? document.querySelector('h1')).focus();
    row.remove();
    count();
  });
  return view;
}

async function submit(form, show) {
  const button = form.querySelector('button');
  const inputs = [form.elements.title, form.elements.body];
  const alert = form.querySelector('[role=alert]');
  mark(inputs, {});
  alert.textContent = '';
  button.disabled = true;
  try {
    const post = await api.add({ title: form.elements.title.value.trim(), body: form.elements.body.value });
    form.reset();
    show(post);
    say(`Added “${post.title}”.`);
    form.elements.title.focus();
  } catch (failure) {
    const wrong = mark(inputs, failure.fields);
    if (wrong) wrong.focus();
    else alert.textContent = failure.message;
  }
  button.disabled = false;
}

/** Says at each input what is wrong with it, and returns the first one of those. */
function mark(inputs, errors) {
  for (const input of inputs) {
    const wrong = errors[input.name];
    input.setAttribute('aria-invalid', Boolean(wrong));
    document.getElementById(`${input.name}-error`).textContent = wrong ? `${input.labels[0].textContent} ${wrong}.` : '';
  }
  return inputs.find((input) => errors[input.name]);
}

async function postView(id) {
  const post = await api.read(id);
  const { view, find } = copy('post');
  find('h1').textContent = post.title;
  fill(find, post, () => go('/'));
  return { view, title: post.title };
}

function failureView(failure) {
  if (!(failure instanceof api.Failure)) throw failure;
  const missing = failure.status === 404;
  const { view, find } = copy('failure');
  const title = missing ? 'Not found' : 'Something went wrong';
  find('h1').textContent = title;
  find('.text').textContent = missing ? 'There is no such post. It may have been deleted.' : failure.message;
  const again = find('.again');
  again.hidden = missing;
  again.addEventListener('click', () => render(true));
  return { view, title };
}

/** The view of an address; an id is handed on as it stands there. */
async function viewOf(path) {
  const [, id] = path.match(/^\/posts\/([^/]+)\/?$/) ?? [];
  if (id) return postView(id);
  if (path === '/') return homeView();
  throw new api.Failure('', 404);
}

let latest = 0;

/** Shows what the address says, unless it has changed by the time that the server answers. */
async function render(moved) {
  const turn = ++latest;
  const { view, title } = await viewOf(location.pathname).catch(failureView);
  if (turn !== latest) return;
  main.replaceChildren(view);
  document.title = title === 'Posts' ? title : `${title} · Posts`;
  if (moved) main.querySelector('h1').focus();
}

function go(path) {
  history.pushState(null, '', path);
  scrollTo(0, 0);
  return render(true);
}

document.addEventListener('click', (event) => {
  const link = event.target.closest('main a');
  const plain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
  if (!link || !plain) return;
  event.preventDefault();
  go(link.pathname);
});
addEventListener('popstate', () => render(true));
render(false);
