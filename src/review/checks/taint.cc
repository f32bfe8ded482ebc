// Do taint letters and masks mean what the report says?
#include "crashtext/taint.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "review/check.h"
#include "review/object.h"
#include "review/regex.h"

namespace inquest::review {
namespace {

constexpr std::string_view kReference = "https://docs.kernel.org/admin-guide/tainted-kernels.html";
constexpr size_t kWholeList = 8;  // letters in one list, from where on it is meant to be all of them

// Words of which a right explanation has at least one, in English or German.
struct Meaning {
  char letter;
  std::string_view words;
};
constexpr auto kMeanings = std::to_array<Meaning>(
    {{'G', R"(gpl|free|no proprietary|not proprietary|propriet|keine|frei|offen)"},
     {'P', R"(propriet|non-?free|closed|not gpl|non-gpl|nicht gpl|unfrei)"},
     {'F', R"(forc|insmod -f|erzw|gewalt)"},
     {'S', R"(spec|spezif|not (officially )?supported|unsupported (cpu|hardware|processor))"},
     {'R', R"(forc|rmmod -f|erzw|gewalt)"},
     {'M', R"(machine check|mce|hardware)"},
     {'B', R"(page|seite)"},
     {'U',
      R"(user ?-?space|user (request|app|program|set)|by (the )?user|requested|userspace|anwender|benutzer|nutzer)"},
     {'D', R"(oops|\bbug|died|\bdie\b|dead|panic|gestorben|starb)"},
     {'A', R"(acpi)"},
     {'W', R"(warn)"},
     {'C', R"(staging|drivers/staging|crap)"},
     {'I', R"(firmware|bios|platform|plattform|workaround|umgeh)"},
     {'O', R"(out[- ]of[- ]tree|extern|outside|außerhalb|oot|dkms|fremd)"},
     {'E', R"(sign)"},
     {'L', R"(soft ?-?lockup|lockup)"},
     {'K', R"(live|patch)"},
     {'X', R"(aux|distri|hilfs|supported|vendor)"},
     {'T', R"(struct|layout|randomi|technolog)"},
     {'N', R"(test|kunit|support)"},
     {'J', R"(fwctl|debug|firmware)"}});

// "unsupported userland" names users, and still is no request by one.
const Regex& not_meant() {
  static const Regex regex(R"(unsupported user|nicht unterstützte\w* (user|anwender))");
  return regex;
}

// Whether the explanation is right; nothing for a letter that no kernel uses.
std::optional<bool> right(char letter, std::string_view said) {
  const auto* const meaning = std::ranges::find(kMeanings, letter, &Meaning::letter);
  if (meaning == kMeanings.end()) return std::nullopt;
  if (not_meant().found_in(said)) return false;
  return Regex(meaning->words).found_in(said);
}

std::string meaning_of(char letter) {
  if (letter == 'G') return "only GPL-compatible modules were loaded";
  const auto* const flag = crashtext::find_taint(letter);
  return flag == nullptr ? "no kernel's flag" : std::string(flag->meaning);
}

void wrong(const Subject& subject, size_t index, char letter, std::string_view said, std::vector<Contradiction>& out) {
  object(subject, out, index, fmt::format("taint-{}", letter),
         fmt::format("Taint {} means: {}. It does not mean \"{}\".", letter, meaning_of(letter), trim(said)),
         {kReference});
}

// Lists and tables: "- `U` - Unsupported userland".
void lists(const Subject& subject, std::vector<Contradiction>& out) {
  static const Regex entry(R"(^\W*(?-i:([A-Z]))\W*\s*(?:[-–—:=|]+|\(|means|bedeutet)\s*(.{3,200})$)");
  static const Regex topic(R"(\btaint\w*)");
  static const Regex some(
      R"(\b(common|some|selection|e\.g\.|relevant|important|most|here|ours|this|häufig\w*|einige|auswahl|z\.b\.|wichtig\w*|hier|in this|set on|seen)\b)");
  const auto& statements = subject.text.statements;
  std::set<char> listed;
  size_t first = kNone;
  bool partial = false;
  const auto end_list = [&] {
    if (first != kNone && listed.size() >= kWholeList && !partial) {
      std::string missing;
      for (const char letter : std::string_view("GPFSRMBUDAWCIOELKXTNJ")) {
        if (!listed.contains(letter)) missing += fmt::format("{}{}", missing.empty() ? "" : ", ", letter);
      }
      // N and J are younger than most kernels.
      if (!missing.empty() && missing != "N, J" && missing != "J" && missing != "G, N, J" && missing != "G, J" &&
          missing != "G") {
        object(subject, out, first, "taint-letters-missing",
               fmt::format("The list is not complete: {} {} missing. Kernels print these as well, and newer ones in "
                           "words too (\"[P]=PROPRIETARY_MODULE\").",
                           missing, missing.size() > 1 ? "are" : "is"),
               {kReference});
      }
    }
    listed.clear();
    first = kNone;
    partial = false;
  };
  for (size_t i = 0; i < statements.size(); ++i) {
    const Statement& statement = statements[i];
    if (statement.kind != Kind::Item && statement.kind != Kind::Row) {
      end_list();
      continue;
    }
    const auto g = entry.find(statement.text);
    if (g.empty()) continue;
    std::string about = statement.lead;
    if (statement.section != kNone) about += "\n" + subject.text.sections[statement.section].title;
    if (statement.table != kNone) {
      for (const std::string& cell : subject.text.tables[statement.table].header) about += "\n" + cell;
    }
    if (!topic.found_in(about)) continue;
    if (first == kNone) first = i;
    partial = partial || some.found_in(about);
    const char letter = g[1].text[0];
    listed.insert(letter);
    if (statement.withdrawn) continue;
    if (const auto verdict = right(letter, g[2].text); verdict && !*verdict) wrong(subject, i, letter, g[2].text, out);
  }
  end_list();
}

// In a sentence: "tainted with W (a warning) and O = out-of-tree".
void sentences(const Subject& subject, std::vector<Contradiction>& out) {
  static const Regex topic(R"(\btaint\w*)");
  static const Regex meaning(
      R"((?:^|[\s(,;"'/])(?-i:([A-Z]))["']?\s*(?:=|\bmeans\b|\bstands for\b|\bsteht für\b|\bbedeutet\b|\bheißt\b|\()\s*["'„“]?([^,;.()|"'“”]{4,80}))");
  const auto& statements = subject.text.statements;
  for (size_t i = 0; i < statements.size(); ++i) {
    const Statement& statement = statements[i];
    if (statement.kind == Kind::Code || statement.withdrawn || !topic.found_in(subject.text.block_text(statement)))
      continue;
    static const Regex entry(R"(^\W*(?-i:[A-Z])\W*\s*[-–—:=|])");
    if (entry.found_in(statement.text)) continue;  // of a list
    for (const auto& g : meaning.find_all(statement.text, 20)) {
      // "(bit 9)", "P(roprietary)" explain nothing.
      static const Regex words(R"([a-zäöü]{4,})");
      static const Regex bit(R"(^\s*(bit|value|wert|and|und|or|oder|on|since|seit)\b)");
      if (!words.found_in(g[2].text) || bit.found_in(g[2].text)) continue;
      const char letter = g[1].text[0];
      // "Tainted: G W" means ...: the sentence is about all of them.
      const size_t at = g[1].at;
      if (at >= 2 && statement.text[at - 1] == ' ' && statement.text[at - 2] >= 'A' && statement.text[at - 2] <= 'Z' &&
          (at == 2 || statement.text[at - 3] == ' '))
        continue;
      if (letter == 'A' || letter == 'I') continue;  // words of English
      if (const auto verdict = right(letter, g[2].text); verdict && !*verdict)
        wrong(subject, i, letter, g[2].text, out);
    }
  }
}

// "taint mask 4609 (P, W, O)".
void masks(const Subject& subject, std::vector<Contradiction>& out) {
  static const Regex mask(
      R"(\btaint(?:ed)?\b[^.;0-9]{0,40}?\b(0x[0-9a-f]{1,8}|\d{1,9})\b[^.;]{0,30}?(?:\(|=|:|means|meaning|letters?|flags?|bedeutet|also|buchstaben)\s*(?:the |letters? |flags? |taints? |die |buchstaben )*["'`]?(?-i:([GA-Z](?:(?:\s*[,/+]\s*|\s+|\s+and\s+|\s+und\s+|)[A-Z]){0,12}))["'`]?(?:$|[\s).,;:]))");
  const auto& statements = subject.text.statements;
  for (size_t i = 0; i < statements.size(); ++i) {
    if (statements[i].kind == Kind::Code || statements[i].withdrawn) continue;
    const auto g = mask.find(statements[i].text);
    if (g.empty()) continue;
    const auto taint = crashtext::parse_taint(g[1].text);
    if (!taint) continue;
    crashtext::Taint said;
    bool known = true;
    for (const char c : g[2].text) {
      if (c == 'G' || c < 'A' || c > 'Z') continue;
      const auto* const flag = crashtext::find_taint(c);
      known = known && flag != nullptr;
      if (flag != nullptr) said.mask |= uint64_t{1} << flag->bit;
    }
    if (!known || said.mask == 0 || said.mask == taint->mask) continue;
    object(subject, out, i, "taint-mask-mismatch",
           fmt::format("A taint of {} is {}; {} would be {}.", g[1].text, taint->letters(), said.letters(), said.mask),
           {kReference});
  }
}

void run(const Subject& subject, std::vector<Contradiction>& out) {
  lists(subject, out);
  sentences(subject, out);
  masks(subject, out);
}

}  // namespace

extern const Check taint_check;
const Check taint_check{"do taint letters and masks mean what is said?", run};

}  // namespace inquest::review
