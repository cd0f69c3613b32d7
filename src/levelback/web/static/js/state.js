// What this visit knows. It lives in this tab only, and ends with it.

export const visit = {
  /** Measured photos by id, in the order in which they came. */
  photos: new Map(),
  /** Answers to the screening questions, by question id. */
  answers: {},
  /** Body height in centimetres, as text; may be empty. */
  height: "",
  /** Whose session this is, where somebody wants it kept; null: nobody's. */
  person: null,
};

/** Keep a measured photo of this visit. */
export function keep(view) {
  visit.photos.set(view.id, view);
  return view;
}

/** Return the latest photo of each view of the body, by view. */
export function latestViews() {
  return new Map([...visit.photos.values()].map((view) => [view.report.photo.view, view]));
}
