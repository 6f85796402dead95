/** What `early.js` leaves for the parts. */
interface Window {
  startDocument: Promise<Response>;
}
