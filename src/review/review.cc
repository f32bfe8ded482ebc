#include "review/review.h"

#include <algorithm>
#include <tuple>

#include "review/check.h"
#include "review/mention.h"
#include "review/post_mortem.h"

namespace inquest::review {
namespace {

// The same finding on the same line is one.
void settle(std::vector<Contradiction>& found) {
  std::ranges::stable_sort(found, {}, [](const Contradiction& c) { return std::tie(c.line, c.id); });
  const auto [from, to] = std::ranges::unique(
      found, [](const Contradiction& a, const Contradiction& b) { return a.line == b.line && a.id == b.id; });
  found.erase(from, to);
}

}  // namespace

Result<Review> review(std::string_view text, const Evidence& evidence) {
  const auto read = read_post_mortem(text);
  if (!read) return fail(read.error());
  const Mentions mentions = find_mentions(*read);
  const Subject subject{*read, mentions, evidence.the_case, evidence.inquiry};
  Review out;
  out.checked = read->statements.size();
  for (const Check* check : checks()) check->run(subject, out.contradictions);
  settle(out.contradictions);
  return out;
}

}  // namespace inquest::review
