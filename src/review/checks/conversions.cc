// Are sizes and hexadecimal numbers what they are said to be in other units?
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

constexpr std::string_view kUnits = "https://man7.org/linux/man-pages/man7/units.7.html";

// Whether both can be one size, where each unit may be meant decimal or binary unless it says so.
bool one_size(double a, Scale of_a, double b, Scale of_b, double slack) {
  for (const double x : {of_a.decimal, of_a.binary}) {
    for (const double y : {of_b.decimal, of_b.binary}) {
      if (std::abs(a * x / y - b) <= slack) return true;
    }
  }
  return false;
}

// "24,576 MiB (24 GiB)", "196608000 kB, that is 187.5 GiB".
void told_twice(const Subject& subject, size_t index, std::vector<Contradiction>& out) {
  static const Regex twice(
      R"((?:^|[\s(~])(\d[\d.,]*\d|\d)\s*([kmgt]i?b|bytes)\s*(\(|=|≈|, that is|, i\.e\.|, d\. ?h\.|, also|\bis\b|\bare\b|\bsind\b|\bist\b|\bor\b)\s*(?:=|≈|~|about |rund |etwa |that is |also )*(\d[\d.,]*\d|\d)\s*([kmgt]i?b|bytes)([^.;|]{0,12}))");
  static const Regex other(
      R"(^\s*([+×*/-]|(usable|free|used|left|available|each|per|of|for|in use|for|frei\w*|nutzbar\w*|belegt|je|von|pro|swap|cache\w*|after|before|x)\b))");
  for (const auto& g : twice.find_all(subject.text.statements[index].text, 5)) {
    if (lower(g[2].text) == lower(g[5].text) || other.found_in(g[6].text)) continue;
    const auto a = number_of(g[1].text, subject.text.german);
    const auto b = number_of(g[4].text, subject.text.german);
    const Scale of_a = scale_of(g[2].text);
    const Scale of_b = scale_of(g[5].text);
    if (!a || !b || of_a.binary == 0 || of_b.binary == 0) continue;
    // "64 GB (62.7 GiB)": what was bought, and what of it the kernel has.
    const bool bought = g[3].text == "(" && a->value < 1000;
    const double slack = b->step * 0.6 + b->value * (bought ? 0.07 : 0.002) + a->step * 0.6 / a->value * b->value;
    if (one_size(a->value, of_a, b->value, of_b, slack)) continue;
    object(subject, out, index, "size-mismatch",
           fmt::format("{} {} are {} {}{}, not {}.", g[1].text, g[2].text,
                       plain_number(a->value * of_a.binary / of_b.binary), g[5].text,
                       of_a.decimal == of_a.binary ? std::string()
                                                   : fmt::format(" ({} in decimal units)",
                                                                 plain_number(a->value * of_a.decimal / of_b.decimal)),
                       g[4].text),
           {kUnits});
  }
}

// "size=131072 is 128 KiB".
void fields(const Subject& subject, size_t index, std::vector<Contradiction>& out) {
  static const Regex field(
      R"(\b(?:size|offset|bytes|len|length|asize|psize|lsize)=(\d{4,15})\s*(?:is|are|means|=|≈|\(|ist|sind|heißt|entspricht)\s*(?:about |~|rund |etwa )?(\d[\d.,]*\d|\d)\s*([kmgtp]i?b)\b)");
  for (const auto& g : field.find_all(subject.text.statements[index].text, 5)) {
    const auto bytes = parse_double(g[1].text);
    const auto said = number_of(g[2].text, subject.text.german);
    const Scale scale = scale_of(g[3].text);
    if (!bytes || !said || scale.binary == 0) continue;
    if (one_size(*bytes, {1, 1}, said->value, scale, said->step * 0.6)) continue;
    object(subject, out, index, "size-mismatch",
           fmt::format("{} bytes are {} {}, not {}.", g[1].text, plain_number(*bytes / scale.binary), g[3].text,
                       g[2].text),
           {kUnits});
  }
}

// "the offset 0x58 is 88 bytes", "0x18 (24)".
void hexadecimal(const Subject& subject, size_t index, std::vector<Contradiction>& out) {
  static const Regex equal(
      R"(\b0x([0-9a-f]{1,8})\s*(?:is|are|=|ist|sind|means|\(|, i\.e\.,?|, that is,?|, also)\s*=?\s*(?:decimal |dezimal )?(\d{1,10})\s*(?:bytes?\b|\)|decimal\b|dezimal\b|in decimal|,|\.|;|:|$))");
  static const Regex coded(R"(\b(exit\w*|status|taint\w*|signal|err(or|no)?|code|vector|flags?|mask\w*|version)\b)");
  static const Regex within(
      R"(\+0x([0-9a-f]{1,6})/0x([0-9a-f]{1,6})\b.{0,120}?\b(\d{1,8}) bytes? (?:into|inside|in|hinter|nach)\b[^.;|0-9]{0,40}?(\d{1,8}) bytes?\b)");
  const std::string& text = subject.text.statements[index].text;
  const auto differs = [&](std::string_view hex, std::string_view decimal) {
    const auto a = parse_int<uint64_t>(hex, 16);
    const auto b = parse_int<uint64_t>(decimal);
    if (!a || !b || *a == *b) return;
    object(subject, out, index, "number-mismatch", fmt::format("0x{} is {} in decimal, not {}.", hex, *a, decimal));
  };
  for (const auto& g : equal.find_all(text, 5)) {
    // A code says something else than its value.
    if (!coded.found_in(std::string_view(text).substr(0, g[0].at))) differs(g[1].text, g[2].text);
  }
  if (const auto g = within.find(text); !g.empty()) {
    differs(g[1].text, g[3].text);
    differs(g[2].text, g[4].text);
  }
}

// "zfs_arc_max=8589934592" and "four gigabytes" beside it.
void byte_parameters(const Subject& subject, size_t index, std::vector<Contradiction>& out) {
  static const Regex parameter(R"(\b\w*(?:max|min|size|limit|bytes)\w*=(\d{8,15})\b|\b(\d{8,15}) bytes\b)");
  static const Regex size(
      R"((?:^|[\s(~])(\d[\d.,]*\d|\d|one|two|three|four|five|six|seven|eight|ten|sixteen|ein|zwei|drei|vier|fünf|sechs|acht|zehn)[ -]?(gib|gb|g|mib|mb|gigabytes?|megabytes?|gibibytes?|tib|tb)(?:$|[\s).,;:]))");
  const auto& statements = subject.text.statements;
  const auto g = parameter.find(statements[index].text);
  if (g.empty()) return;
  const auto bytes = parse_double(g[1] ? g[1].text : g[2].text);
  if (!bytes) return;
  // The size stands in the same sentence, or begins the next one.
  for (size_t at = index; at < std::min(index + 2, statements.size()); ++at) {
    if (at > index && (statements[at].kind == Kind::Heading || statements[at].kind == Kind::Code)) return;
    std::string_view text = statements[at].text;
    if (at == index) text.remove_prefix(g[0].at + g[0].text.size());
    const auto s = size.find(text.substr(0, 60));
    if (s.empty() || (at > index && s[0].at > 4)) continue;
    std::optional<double> value;
    if (const auto word = count_word(s[1].text)) value = *word;
    double step = 1;
    if (!value) {
      const auto number = number_of(s[1].text, subject.text.german);
      if (!number) return;
      value = number->value;
      step = number->step;
    }
    std::string unit = lower(s[2].text);
    if (unit.starts_with("giga") || unit.starts_with("mega")) unit = unit.substr(0, 1) + "b";
    if (unit.starts_with("gibi")) unit = "gib";
    const Scale scale = scale_of(unit);
    const double low = std::abs(*bytes / scale.decimal - *value);
    const double high = std::abs(*bytes / scale.binary - *value);
    if (std::min(low, high) <= 0.51 * step + 0.01 * *value) return;
    object(subject, out, at, "size-mismatch",
           fmt::format("{:.0f} bytes are {} GiB ({} GB), not {} {}.", *bytes,
                       plain_number(*bytes / std::pow(1024.0, 3)), plain_number(*bytes / 1e9), s[1].text, s[2].text),
           {kUnits}, {statements[index].line});
    return;
  }
}

void run(const Subject& subject, std::vector<Contradiction>& out) {
  for (size_t i = 0; i < subject.text.statements.size(); ++i) {
    const Statement& statement = subject.text.statements[i];
    if (statement.withdrawn) continue;
    byte_parameters(subject, i, out);
    if (statement.kind == Kind::Code) continue;
    told_twice(subject, i, out);
    fields(subject, i, out);
    hexadecimal(subject, i, out);
  }
}

}  // namespace

extern const Check conversions_check;
const Check conversions_check{"are sizes and hexadecimal numbers what they are said to be?", run};

}  // namespace inquest::review
