// Do percentages fit the parts and the whole that stand beside them?
#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"
#include "review/check.h"
#include "review/figure.h"
#include "review/object.h"
#include "review/regex.h"

namespace inquest::review {
namespace {

// The part, the whole, and the percentage as they are written, with the units.
struct Share {
  Group part;
  Group part_unit;
  Group whole;
  Group whole_unit;
  Group percent;
};

void judge(const Subject& subject, size_t index, const Share& share, std::vector<Contradiction>& out) {
  const auto part = number_of(share.part.text, subject.text.german);
  const auto whole = number_of(share.whole.text, subject.text.german);
  const auto said = number_of(share.percent.text, subject.text.german);
  if (!part || !whole || !said || whole->value <= 0) return;
  double factor = 1;
  const std::string_view a = share.part_unit.text;
  const std::string_view b = share.whole_unit.text;
  if (!a.empty() && !b.empty() && lower(a) != lower(b)) {
    const Scale from = scale_of(a);
    const Scale to = scale_of(b);
    if (from.binary == 0 || to.binary == 0) return;
    factor = from.binary / to.binary;
  }
  const bool counts = a.empty() && b.empty();
  const double ratio = 100.0 * part->value * factor / whole->value;
  // Each figure was rounded.
  const double slack =
      said->step + (counts ? 0 : 100.0 * part->step * factor / whole->value + ratio * whole->step / whole->value);
  const double rest = 100 - ratio;
  if (std::abs(ratio - said->value) <= slack + 0.01 || std::abs(rest - said->value) <= slack + 0.01) return;
  object(subject, out, index, "percentage-mismatch",
         fmt::format("{}{}{} of {}{}{} is {} %, not {} %.", share.part.text, a.empty() ? "" : " ", a, share.whole.text,
                     b.empty() ? "" : " ", b, plain_number(ratio), share.percent.text));
}

// "11.5 % (15.7 GB of 136 GB)", "3 of 12 hosts (25 %)", "128 GB, of which 96 GB (75 %)".
std::optional<Share> beside(std::string_view text, const std::vector<Group>& percent) {
  static const Regex share(
      R"((\d[\d.,]*\d|\d)\s*([kmgt]i?b?)?\s*(?:of|von|out of|/)\s*~?(\d[\d.,]*\d|\d)\s*([kmgt]i?b?\b)?)");
  static const Regex of_which(
      R"((\d[\d.,]*\d|\d)\s*([kmgt]i?b?)\b[^.;|0-9]{0,30}\b(?:of which|of these|davon|wovon)\s*(?:about |~)?(\d[\d.,]*\d|\d)\s*([kmgt]i?b?)\b)");
  auto shares = share.find_all(text, 3);
  if (shares.empty()) {
    shares = of_which.find_all(text, 3);
    for (auto& g : shares) {
      std::swap(g[1], g[3]);
      std::swap(g[2], g[4]);
    }
  }
  if (shares.size() != 1) return std::nullopt;
  const auto& s = shares[0];
  // They belong together where one stands in brackets behind the other, or right beside it.
  const size_t end = std::min(percent[0].at + percent[0].text.size(), s[0].at + s[0].text.size());
  const size_t start = std::max(percent[0].at, s[0].at);
  if (start < end || start - end > 24) return std::nullopt;
  static const Regex bound(R"(^[^.;|]{0,20}\(\s*~?\s*$|^\s*(=|,|:|i\.e\.|or|also|are|is|sind|ist)?\s*~?\s*$)");
  if (!bound.found_in(text.substr(end, start - end))) return std::nullopt;
  return Share{s[1], s[2], s[3], s[4], percent[1]};
}

// The percentage in brackets at the end of what it is of.
std::optional<Share> behind(std::string_view text) {
  // "4 of 8 guests had their disk there (50 %)"
  static const Regex part_first(
      R"((\d[\d.,]*\d|\d)\s*([kmgt]i?b?\b)?\s+(?:of|out of|von)\s+(?:the |den |all )?(\d[\d.,]*\d|\d)\s*([kmgt]i?b?\b)?[^.;|0-9()]{0,60}\(\s*(?:=|~|also )?\s*(\d[\d.,]*\d|\d)\s*(?:%|percent|prozent))");
  // "Of 24 exports 18 were served from here (75 %)"
  static const Regex whole_first(
      R"(\b(?:of|out of|von)\s+(?:the |den |all )?(\d[\d.,]*\d|\d)\s*([kmgt]i?b?\b)?[^.;|0-9()]{1,40}\s(\d[\d.,]*\d|\d)\s*([kmgt]i?b?\b)?[^.;|0-9()]{0,60}\(\s*(?:=|~|also )?\s*(\d[\d.,]*\d|\d)\s*(?:%|percent|prozent))");
  // "64 GiB; of that, by the last sample, 48 GiB were in use (75 %)"
  static const Regex of_that(
      R"((\d[\d.,]*\d|\d)\s*([kmgt]i?b?\b)[^.;|0-9()]{0,12}\b(?:of which|of that|of these|davon|wovon)\b[^.;|0-9()]{0,60}\s(\d[\d.,]*\d|\d)\s*([kmgt]i?b?\b)[^.;|0-9()]{0,40}\(\s*(?:=|~|also )?\s*(\d[\d.,]*\d|\d)\s*(?:%|percent|prozent))");
  // "201 GiB of it given to guests (79 % of 256 GiB)"
  static const Regex whole_last(
      R"((\d[\d.,]*\d|\d)\s*([kmgt]i?b?\b)[^.;|0-9()]{0,60}\(\s*~?(\d[\d.,]*\d|\d)\s*(?:%|percent|prozent)\s+(?:of|von)\s+(?:the |den )?(\d[\d.,]*\d|\d)\s*([kmgt]i?b?\b))");
  if (const auto g = whole_last.find(text); !g.empty()) return Share{g[1], g[2], g[4], g[5], g[3]};
  if (const auto g = of_that.find(text); !g.empty()) return Share{g[3], g[4], g[1], g[2], g[5]};
  if (const auto g = part_first.find(text); !g.empty()) return Share{g[1], g[2], g[3], g[4], g[5]};
  if (const auto g = whole_first.find(text); !g.empty()) return Share{g[3], g[4], g[1], g[2], g[5]};
  return std::nullopt;
}

// "1200 W, and the supply gives 1600 W, so 75 % of 1600 W": one of the others of that unit has to be the part.
void concluded(const Subject& subject, size_t index, std::vector<Contradiction>& out) {
  static const Regex conclusion(
      R"(\b(?:so|also|i\.e\.|that is|das sind|d\. ?h\.)\s+(?:about |rund |etwa )?(\d[\d.,]*\d|\d)\s*%\s*(?:of|von)\s+(?:the |den )?(\d[\d.,]*\d|\d)\s*([a-z]{1,4}\b))");
  static const Regex quantity(R"((\d[\d.,]*\d|\d)\s*([a-z]{1,4}\b))");
  const std::string_view text = subject.text.statements[index].text;
  const auto g = conclusion.find(text);
  if (g.empty()) return;
  std::vector<Contradiction> verdicts;
  size_t parts = 0;
  for (const auto& q : quantity.find_all(text.substr(0, g[0].at), 10)) {
    if (lower(q[2].text) != lower(g[3].text) || q[1].text == g[2].text) continue;
    ++parts;
    judge(subject, index, {q[1], q[2], g[2], g[3], g[1]}, verdicts);
  }
  if (parts > 0 && verdicts.size() == parts) out.push_back(std::move(verdicts.back()));
}

void run(const Subject& subject, std::vector<Contradiction>& out) {
  static const Regex percent(R"((\d[\d.,]*\d|\d)\s*(?:%|percent|prozent))");
  for (size_t i = 0; i < subject.text.statements.size(); ++i) {
    const Statement& statement = subject.text.statements[i];
    if (statement.withdrawn || statement.kind == Kind::Code) continue;
    const auto percents = percent.find_all(statement.text, 3);
    if (percents.empty()) continue;
    if (const auto share = behind(statement.text)) {
      judge(subject, i, *share, out);
    } else if (const auto near = percents.size() == 1 ? beside(statement.text, percents[0]) : std::nullopt) {
      judge(subject, i, *near, out);
    } else {
      concluded(subject, i, out);
    }
  }
}

}  // namespace

extern const Check percentages_check;
const Check percentages_check{"do percentages fit the part and the whole beside them?", run};

}  // namespace inquest::review
