#include "store/store.h"

namespace inquest::store {

Result<std::set<std::string>> Store::tag_keys(const Selection& selection) {
  std::set<std::string> out;
  auto listed = series(selection, [&](const SeriesKey& key) {
    for (const auto& [name, value] : key.tags) out.insert(name);
    return true;
  });
  if (!listed) return fail(listed.error());
  return out;
}

CheckedLines Store::check(std::string_view /*bucket*/, std::string text, TimeUnit unit, Ns now) {
  return check_lines(std::move(text), unit, now);
}

}  // namespace inquest::store
