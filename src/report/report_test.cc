// What all renderers have in common: golden reports, and laws that hold for any evidence.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "report/json.h"
#include "report/markdown.h"
#include "report/text.h"
#include "support/golden.h"
#include "support/sample_inquiry.h"

namespace inquest::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::json;

constexpr TextOptions kPlain{80, false, false};
constexpr TextOptions kAll{80, false, true};

// Strings that evidence could hold to hurt whoever looks at the report.
const std::vector<std::string>& hostile_strings() {
  static const std::vector<std::string> strings = {
      "\x1b[31mred\x1b[2J\x1b]0;title\a",
      "\xC2\x9B\x33\x31m\x07\x08\x7f",
      "evil\xE2\x80\xAEtxt.exe\xE2\x81\xA6",
      "\xFF\xFE\xC0\x80\xED\xA0\x80 not UTF-8 \xF0\x9F",
      std::string("nul\0inside", 10),
      "<script>alert(1)</script><img src=x onerror=alert(1)>",
      "[click](javascript:alert(1)) ![x](http://192.0.2.1/x.png) **bold** `code` ``two`` | cell | <!-- x -->",
      "# heading\n- list\n```\nfence\n```\n[1]: http://192.0.2.1/\n\n---\r\n| a | b |",
      "@somebody see #1234 & $x$ ~~gone~~",
      std::string(300, 'w') + " " + std::string(5000, 'v'),
      R"("quoted\" \u0000 {"schema": 2})",
      "   \t  ",
      "",
  };
  return strings;
}

bool valid_utf8(const std::string& text) {
  return Json(text).dump(-1, ' ', false, Json::error_handler_t::ignore) ==
         Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

bool free_of_controls(std::string_view text) {
  return std::ranges::none_of(text, [](unsigned char c) { return (c < 0x20 && c != '\n') || c == 0x7F; });
}

std::string golden(const std::string& name) { return INQUEST_SOURCE_DIR "/tests/golden/report/" + name; }

struct Rendered {
  std::string name;
  std::string text;
};

std::vector<Rendered> render_every_way(const testing::SampleInquiry& sample) {
  const auto& [the_case, inquiry] = sample;
  return {{"text", render_text(the_case, inquiry, kPlain)},
          {"text --all", render_text(the_case, inquiry, kAll)},
          {"narrow text", render_text(the_case, inquiry, {40, false, true})},
          {"markdown", render_markdown(the_case, inquiry, true)},
          {"json", render_json(the_case, inquiry)}};
}

TEST(Report, LooksAsItDidWhenSomebodyReadIt) {
  const auto hang = testing::silent_hang();
  const auto boots = testing::orderly_boots();
  EXPECT_TRUE(testing::matches_golden(golden("silent-hang.txt"), render_text(hang.the_case, hang.inquiry, kPlain)));
  EXPECT_TRUE(testing::matches_golden(golden("silent-hang-all.txt"), render_text(hang.the_case, hang.inquiry, kAll)));
  EXPECT_TRUE(testing::matches_golden(golden("silent-hang-colour.txt"),
                                      render_text(hang.the_case, hang.inquiry, {80, true, false})));
  EXPECT_TRUE(testing::matches_golden(golden("silent-hang-narrow.txt"),
                                      render_text(hang.the_case, hang.inquiry, {52, false, false})));
  EXPECT_TRUE(testing::matches_golden(golden("silent-hang.md"), render_markdown(hang.the_case, hang.inquiry, false)));
  EXPECT_TRUE(testing::matches_golden(golden("silent-hang.json"), render_json(hang.the_case, hang.inquiry)));
  EXPECT_TRUE(testing::matches_golden(golden("no-death.txt"), render_text(boots.the_case, boots.inquiry, kPlain)));
  EXPECT_TRUE(testing::matches_golden(golden("no-death.md"), render_markdown(boots.the_case, boots.inquiry, false)));
  EXPECT_TRUE(testing::matches_golden(golden("no-death.json"), render_json(boots.the_case, boots.inquiry)));
  const auto several = testing::made_of("word");
  EXPECT_TRUE(
      testing::matches_golden(golden("several-incidents.txt"), render_text(several.the_case, several.inquiry, kPlain)));
}

TEST(Report, IsValidUtf8WithoutControlCharactersWhateverTheEvidenceHolds) {
  for (const std::string& words : hostile_strings()) {
    for (const auto& [name, text] : render_every_way(testing::made_of(words))) {
      EXPECT_TRUE(valid_utf8(text)) << name << " of " << printable(words);
      EXPECT_TRUE(free_of_controls(text)) << name << " of " << printable(words);
      EXPECT_THAT(text, Not(HasSubstr("\xE2\x80\xAE"))) << name;
      EXPECT_TRUE(text.ends_with('\n')) << name;
    }
  }
}

TEST(Report, KeepsToItsWidthButForSingleWordsAndCommands) {
  const std::string sentence =
      "a sentence of ordinary length that has to be wrapped somewhere, because it is longer than a line";
  std::vector<std::string> words = hostile_strings();
  words.push_back(sentence);
  for (const size_t width : {60, 80, 120}) {
    for (const std::string& each : words) {
      auto sample = testing::made_of(each);
      for (auto& incident : sample.inquiry.incidents) {
        incident.actions.clear();  // commands stay in one piece
        incident.hypotheses.clear();
      }
      for (auto& finding : sample.inquiry.findings) finding.action = {};
      const std::string text = render_text(sample.the_case, sample.inquiry, {width, false, true});
      for (const std::string_view line : lines(text)) {
        if (columns(line) <= width) continue;
        EXPECT_NE(each, sentence) << width << ": " << line;
        const bool has_long_word =
            std::ranges::any_of(split_blanks(line), [](std::string_view word) { return columns(word) >= 12; });
        EXPECT_TRUE(has_long_word) << width << ": " << line;
      }
    }
  }
}

TEST(Report, NeverEndsALineInBlanks) {
  for (const auto& sample : {testing::silent_hang(), testing::made_of("x")}) {
    const std::string text = render_text(sample.the_case, sample.inquiry, kAll);
    for (const std::string_view line : lines(text)) {
      EXPECT_FALSE(line.ends_with(' ')) << '"' << line << '"';
    }
  }
}

TEST(Report, HasEscapeSequencesOnlyWithColour) {
  const auto sample = testing::silent_hang();
  std::string coloured = render_text(sample.the_case, sample.inquiry, {80, true, false});
  EXPECT_THAT(coloured, HasSubstr("\x1b[1m"));
  for (size_t at = coloured.find('\x1b'); at != std::string::npos; at = coloured.find('\x1b')) {
    coloured.erase(at, coloured.find('m', at) - at + 1);
  }
  EXPECT_EQ(coloured, render_text(sample.the_case, sample.inquiry, kPlain)) << "colour changes nothing but colour";
}

TEST(Report, SaysWhatItLeftOut) {
  auto sample = testing::silent_hang();
  for (int i = 0; i < 100; ++i)
    testing::add_evidence(sample.the_case, "case/more-" + std::to_string(i) + ".log", "syslog", "x\n");
  const std::string brief = render_text(sample.the_case, sample.inquiry, kPlain);
  EXPECT_THAT(brief, HasSubstr("And 100 pieces more: 100 clean. --all lists them."));
  EXPECT_THAT(brief, HasSubstr("These are 6 of 7 entries; --all shows every one."));
  EXPECT_THAT(brief, HasSubstr("case/kern.log")) << "refused evidence is never left out";
  const std::string all = render_text(sample.the_case, sample.inquiry, kAll);
  EXPECT_THAT(all, HasSubstr("case/more-99.log"));
  EXPECT_THAT(all, Not(HasSubstr("--all")));
}

TEST(Report, ShowsTheEndOfATimelineInWhichNothingIsMarked) {
  auto sample = testing::silent_hang();
  auto& timeline = sample.inquiry.incidents[0].timeline;
  timeline.resize(1);
  timeline[0].key = false;
  for (int i = 1; i < 100; ++i) {
    timeline.push_back(timeline[0]);
    timeline.back().text = "entry " + std::to_string(i);
  }
  const std::string text = render_text(sample.the_case, sample.inquiry, kPlain);
  EXPECT_THAT(text, HasSubstr("entry 99"));
  EXPECT_THAT(text, HasSubstr("entry 80"));
  EXPECT_THAT(text, Not(HasSubstr("entry 79")));
}

TEST(Report, SaysPlainlyThatNothingCouldBeRead) {
  testing::SampleInquiry sample;
  model::Evidence& piece = sample.the_case.evidence.emplace_back();
  piece.path = "gone.log";
  piece.kind = "unreadable";
  piece.status = model::Outcome::Refused;
  piece.diagnostics = {{"no such file or directory", 0, 0, 1}};
  const std::string text = render_text(sample.the_case, sample.inquiry, kPlain);
  EXPECT_TRUE(text.starts_with("Nothing could be read\n")) << text;
  EXPECT_THAT(text, HasSubstr("gone.log"));
  EXPECT_THAT(text, HasSubstr("no such file or directory"));
}

TEST(MarkdownReport, TakesNoMarkupFromEvidence) {
  for (const std::string& words : hostile_strings()) {
    const auto sample = testing::made_of(words);
    const std::string text = render_markdown(sample.the_case, sample.inquiry, true);
    bool fenced = false;
    for (const std::string_view line : lines(text)) {
      if (trim(line).starts_with("```")) fenced = !fenced;
      if (fenced || line.find('`') != std::string_view::npos) continue;  // inside code nothing is markup
      EXPECT_FALSE(line.starts_with("---") || line.starts_with("    ")) << line;
      EXPECT_THAT(line, Not(HasSubstr("<script"))) << line;
      EXPECT_THAT(line, Not(HasSubstr("<img"))) << line;
      EXPECT_THAT(line, Not(HasSubstr("[click]("))) << line;
      EXPECT_THAT(line, Not(HasSubstr("[1]: "))) << line;
      EXPECT_THAT(line, Not(HasSubstr("@somebody"))) << line;
    }
  }
}

TEST(MarkdownReport, KeepsEveryRowOfATableInItsColumns) {
  const auto sample = testing::made_of("a | b \\| c `d | e` \\");
  size_t bars = 0;
  const std::string text = render_markdown(sample.the_case, sample.inquiry, true);
  for (const std::string_view line : lines(text)) {
    if (!line.starts_with("|")) {
      bars = 0;
      continue;
    }
    size_t found = 0;
    for (size_t i = 0; i < line.size(); ++i) {
      if (line[i] == '\\') {
        ++i;
      } else if (line[i] == '|') {
        ++found;
      }
    }
    if (bars == 0) bars = found;
    EXPECT_EQ(found, bars) << line;
  }
}

TEST(MarkdownReport, EscapesWhatWouldBeMarkup) {
  EXPECT_EQ(escape_markdown("a_b __c__ *d* [e](f) <g> &amp; `h`"),
            "a_b \\_\\_c\\_\\_ \\*d\\* \\[e\\](f) &lt;g&gt; &amp;amp; \\`h\\`");
  EXPECT_EQ(escape_markdown("root@pam @ops #12 C#"), "root@pam @<!-- -->ops #<!-- -->12 C#");
}

TEST(MarkdownReport, FencesCodeLongerThanTheBackticksInIt) {
  EXPECT_EQ(code_span("plain"), "`plain`");
  EXPECT_EQ(code_span("a ``b`` c"), "```a ``b`` c```");
  EXPECT_EQ(code_span("`x"), "`` `x ``");
}

TEST(JsonReport, HasEveryFieldOfTheContract) {
  const auto sample = testing::silent_hang();
  const Json json = Json::parse(render_json(sample.the_case, sample.inquiry));
  EXPECT_EQ(json["schema"], 1);
  const auto has = [](const Json& object, std::initializer_list<const char*> names) {
    for (const char* name : names) EXPECT_TRUE(object.contains(name)) << name;
  };
  has(json, {"evidence", "hosts", "incidents", "coverage", "assumptions", "notes"});
  has(json["evidence"][0], {"path", "kind", "sha256", "bytes", "status", "diagnostics"});
  has(json["hosts"][0], {"name", "boots"});
  has(json["hosts"][0]["boots"][0], {"id", "start", "last", "end", "end_text", "kernel", "command_line", "cite"});
  const Json& incident = json["incidents"][0];
  has(incident, {"host",          "class",     "title",      "signature",   "survived",   "death",          "reset",
                 "culprit",       "timeline",  "hypotheses", "blind_spots", "actions",    "contradictions", "verdict",
                 "class_reasons", "witnesses", "baselines",  "gaps",        "death_text", "reset_text"});
  EXPECT_EQ(incident["death"], (Json{{"after", "2025-03-14T03:07:10Z"}, {"before", "2025-03-14T03:07:31Z"}}));
  EXPECT_EQ(incident["reset"]["after"], "2025-03-14T05:41:13Z");
  has(incident["culprit"], {"module", "function", "subsystem"});
  has(incident["timeline"][0], {"time", "before", "after", "source", "text", "cite"});
  EXPECT_EQ(incident["timeline"][3]["cite"], "case/birch-corosync.log:2");
  has(incident["hypotheses"][0], {"id", "title", "probability", "status", "for", "against", "missing", "actions"});
  has(incident["blind_spots"][0], {"id", "text", "close", "cite"});
  has(incident["contradictions"][0], {"id", "text", "cite"});
  has(incident["baselines"][0],
      {"subsystem", "series", "verdict", "text", "samples", "tail_samples", "median", "spread", "tail_median", "cite"});
  has(json["coverage"][0], {"host", "source", "watch", "after", "before", "cite"});
  has(incident["gaps"][0], {"source", "after", "before", "text", "cite"});
}

TEST(JsonReport, SaysNullForWhatIsNotKnown) {
  const auto sample = testing::silent_hang();
  const Json json = Json::parse(render_json(sample.the_case, sample.inquiry));
  const Json& incident = json["incidents"][0];
  EXPECT_TRUE(incident["culprit"]["module"].is_null());
  EXPECT_TRUE(incident["timeline"][5]["time"].is_null());
  EXPECT_TRUE(incident["witnesses"][1]["after"].is_null());
  EXPECT_TRUE(incident["baselines"][3]["median"].is_null()) << "no samples have no median";
}

TEST(JsonReport, KeepsTheTimelineWholeAndTheLinesOfACommand) {
  auto sample = testing::silent_hang();
  sample.inquiry.incidents[0].actions = {{"two steps", "first\nsecond \x1b[1m"}};
  const Json json = Json::parse(render_json(sample.the_case, sample.inquiry));
  EXPECT_EQ(json["incidents"][0]["timeline"].size(), 7U);
  EXPECT_EQ(json["incidents"][0]["actions"][0]["command"], "first\nsecond ");
}

TEST(JsonReport, GivesTheBestEstimateOfAnUncertainTimeBetweenItsBounds) {
  const auto sample = testing::silent_hang();
  const Json entry = Json::parse(render_json(sample.the_case, sample.inquiry))["incidents"][0]["timeline"][4];
  EXPECT_EQ(entry["time"], "2025-03-14T05:20:00Z");
  EXPECT_EQ(entry["after"], "2025-03-14T05:15:00Z");
  EXPECT_EQ(entry["before"], "2025-03-14T05:25:00Z");
}

}  // namespace
}  // namespace inquest::report
