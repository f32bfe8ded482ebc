// Do taint letters and masks mean what the report says?
#include "crashtext/taint.h"

#include <algorithm>
#include <array>
#include <iterator>
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

// "P, O and E: a proprietary, an out-of-tree and an unsigned module".
void pairwise(const Subject& subject, size_t index, std::string_view letters, std::string_view phrases,
              std::vector<Contradiction>& out) {
  static const Regex comma(R"(,? (?:and|und) |, )");
  std::vector<std::string_view> said;
  size_t from = 0;
  for (const auto& g : comma.find_all(phrases, 20)) {
    said.push_back(phrases.substr(from, g[0].at - from));
    from = g[0].at + g[0].text.size();
  }
  said.push_back(phrases.substr(from));
  std::string flags;
  for (size_t i = 0; i < letters.size(); ++i) {
    if (letters[i] >= 'A' && letters[i] <= 'Z') flags += letters[i];
  }
  if (said.size() != flags.size()) return;
  for (size_t i = 0; i < flags.size(); ++i) {
    if (const auto verdict = right(flags[i], said[i]); verdict && !*verdict)
      wrong(subject, index, flags[i], said[i], out);
  }
}

// In a sentence: "tainted with W (a warning) and O = out-of-tree".
void sentences(const Subject& subject, std::vector<Contradiction>& out) {
  static const Regex topic(R"(\btaint\w*|\bkernel\b.{0,40}\b(flagged|marked|markiert)\b)");
  static const Regex meaning(
      R"((?:^|[\s(,;"'/])(?-i:([A-Z]))["']?\s*(?:=|\bmeans\b|\bsays\b|\bstands for\b|\bsteht für\b|\bbedeutet\b|\bheißt\b|\bsagt\b|\()\s*["'„“]?(?:,? ?(?:that|dass) )?([^,;.()|"'“”]{4,80}))");
  // "`W` says that ..., `O` an out-of-tree module, `E` ...": the verb is said once.
  static const Regex elliptic(
      R"(,\s*(?:and |und )?(?-i:([A-Z]))\s+((?:an?|the|ein\w*|dass|that)\s[^,;.()|"'“”]{4,80}))");
  static const Regex parallel(
      R"((?-i:\b([A-Z](?:, [A-Z]){0,8}(?:,? (?:and|und) [A-Z])))\s*(?::|=|mean|means|heißt|bedeuten)\s*([^.;:()|]{8,200}))");
  const auto& statements = subject.text.statements;
  for (size_t i = 0; i < statements.size(); ++i) {
    const Statement& statement = statements[i];
    if (statement.kind == Kind::Code || statement.withdrawn || !topic.found_in(subject.text.block_text(statement)))
      continue;
    static const Regex entry(R"(^\W*(?-i:[A-Z])\W*\s*[-–—:=|])");
    if (entry.found_in(statement.text)) continue;  // of a list
    if (const auto g = parallel.find(statement.text); !g.empty()) {
      pairwise(subject, i, g[1].text, g[2].text, out);
      continue;
    }
    auto explained = meaning.find_all(statement.text, 20);
    if (!explained.empty()) std::ranges::move(elliptic.find_all(statement.text, 20), std::back_inserter(explained));
    for (const auto& g : explained) {
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
      R"(\btaint(?:ed)?\b[^.;0-9]{0,40}?\b(0x[0-9a-f]{1,8}|\d{1,9})\b[^.;]{0,30}?(?:\(|=|:|means|meaning|letters?|flags?|bedeutet|heißt|also|buchstaben|\bis\b|\bist\b)\s*(?:the |letters? |flags? |taints? |die |buchstaben )*["'`]?(?-i:([GA-Z](?:(?:\s*[,/+]\s*|\s+|\s+and\s+|\s+und\s+|)[A-Z]){0,12}))["'`]?(?:$|[\s).,;:]))");
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

// "12289 = 8192 + 4096 + 1: unsigned module, out-of-tree module, proprietary module".
void masks_in_words(const Subject& subject, std::vector<Contradiction>& out) {
  static const Regex topic(R"(\btaint\w*)");
  static const Regex said(
      R"((?:^|\s)(0x[0-9a-f]{1,8}|\d{1,9})\s*(?:=\s*\d+(?:\s*\+\s*\d+){0,20}\s*)?(?::|\(|=|means|heißt|bedeutet)\s*([a-zäöü][^.;|]{6,240}))");
  struct Flag {
    char letter;
    std::string_view words;
  };
  // Only what cannot be meant of another flag.
  static constexpr auto kFlags = std::to_array<Flag>({{'P', R"(\bpropriet)"},
                                                      {'O', R"(\bout.of.tree\b|außerhalb des kernelbaums)"},
                                                      {'E', R"(\bunsigned\b|unsignier|nicht signier)"},
                                                      {'M', R"(\bmachine.check\b)"},
                                                      {'W', R"(\bwarning\b|\bwarnung\b)"},
                                                      {'D', R"(\boops\b)"},
                                                      {'L', R"(\bsoft.?lock.?up\b)"},
                                                      {'K', R"(\blive.?patch)"},
                                                      {'C', R"(\bstaging\b)"},
                                                      {'B', R"(\bbad page\b)"}});
  const auto& statements = subject.text.statements;
  if (std::ranges::none_of(statements, [](const Statement& s) { return topic.found_in(s.text); }) &&
      std::ranges::none_of(subject.text.tables, [](const Table& table) {
        return std::ranges::any_of(table.header, [](const std::string& cell) { return topic.found_in(cell); });
      }))
    return;
  for (size_t i = 0; i < statements.size(); ++i) {
    if (statements[i].kind == Kind::Code || statements[i].withdrawn) continue;
    const auto g = said.find(statements[i].text);
    if (g.empty()) continue;
    const auto taint = crashtext::parse_taint(g[1].text);
    // The number has to be a taint: it is called so here, or stands in a column of that name.
    const bool column = std::ranges::any_of(subject.text.tables, [&](const Table& table) {
      for (size_t c = 0; c < table.header.size(); ++c) {
        if (topic.found_in(table.header[c]) &&
            std::ranges::any_of(table.rows, [&](const TableRow& row) { return row.cells[c] == g[1].text; }))
          return true;
      }
      return false;
    });
    if (!taint || taint->mask == 0 || (!column && !topic.found_in(statements[i].text))) continue;
    for (const Flag& flag : kFlags) {
      const auto* const known = crashtext::find_taint(flag.letter);
      const auto words = Regex(flag.words).find(g[2].text);
      static const Regex denied(R"(\b(no|not|without|kein\w*|nicht|ohne)\s*$)");
      if (known == nullptr || words.empty() || (taint->mask >> known->bit & 1U) != 0 ||
          denied.found_in(g[2].text.substr(0, words[0].at)))
        continue;
      object(subject, out, i, "taint-mask-mismatch",
             fmt::format("A taint of {} is {}; {} ({}) would be bit {}, which is clear.", g[1].text, taint->letters(),
                         flag.letter, known->meaning, known->bit),
             {kReference});
    }
  }
}

void run(const Subject& subject, std::vector<Contradiction>& out) {
  masks_in_words(subject, out);
  lists(subject, out);
  sentences(subject, out);
  masks(subject, out);
}

}  // namespace

extern const Check taint_check;
const Check taint_check{"do taint letters and masks mean what is said?", run};

}  // namespace inquest::review
