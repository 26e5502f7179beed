/// Calls `measure` at once and whenever the size of the element changes; returns what ends that.
export function onResize(element: Element, measure: () => void): () => void {
  measure();
  const observer = new ResizeObserver(measure);
  observer.observe(element);
  return () => observer.disconnect();
}
