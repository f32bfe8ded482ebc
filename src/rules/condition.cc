#include "rules/condition.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace inquest::rules {
namespace {

std::optional<Answer> satisfied(const Term& term, const World& world) {
  std::vector<Answer> answers = world.answers(term.subject, term.name);
  const auto accepted = [&](const Answer& answer) { return term.accepts(answer.value); };
  if (term.op == Op::NotEqual && !std::ranges::all_of(answers, accepted)) return std::nullopt;
  const auto found = std::ranges::find_if(answers, accepted);
  if (found == answers.end()) return std::nullopt;
  return std::move(*found);
}

}  // namespace

Judgement judge(const Condition& condition, const World& world) {
  Judgement out;
  for (const Term& term : condition.none) {
    if (satisfied(term, world)) return {};
  }
  for (const Term& term : condition.all) {
    auto answer = satisfied(term, world);
    if (!answer) return {};
    out.grounds.push_back({&term, std::move(*answer)});
  }
  bool any = condition.any.empty();
  for (const Term& term : condition.any) {
    auto answer = satisfied(term, world);
    if (!answer) continue;
    any = true;
    out.grounds.push_back({&term, std::move(*answer)});
  }
  if (!any) return {};
  out.holds = true;
  return out;
}

}  // namespace inquest::rules
