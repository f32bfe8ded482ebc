// Every pattern recognises its own samples, and no other pattern does.

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <toml++/toml.h>

#include "crashtext/detector.h"
#include "crashtext/pattern.h"
#include "crashtext/pattern_set.h"
#include "crashtext/title.h"

namespace inquest::crashtext {
namespace {

struct Sample {
  std::string pattern;
  std::string title;
  std::string text;
};

// Out of the files themselves: the program does not carry the samples.
std::vector<Sample> read_samples() {
  std::map<std::string, std::string> bodies;
  std::vector<toml::table> files;
  for (const auto& entry : std::filesystem::directory_iterator(INQUEST_SOURCE_DIR "/src/crashtext/patterns")) {
    if (entry.path().extension() == ".toml") files.push_back(toml::parse_file(entry.path().string()));
  }
  const auto text_of = [](const toml::table& table, std::string_view key) {
    return table[key].value_or(std::string());
  };
  const auto each = [](const toml::table& table, std::string_view key, auto&& work) {
    if (const toml::array* const list = table[key].as_array()) {
      for (const toml::node& node : *list) work(*node.as_table());
    }
  };
  for (const toml::table& file : files) {
    each(file, "body", [&](const toml::table& body) { bodies[text_of(body, "name")] = text_of(body, "text"); });
  }
  std::vector<Sample> out;
  for (const toml::table& file : files) {
    each(file, "family", [&](const toml::table& family) {
      each(family, "pattern", [&](const toml::table& pattern) {
        each(pattern, "sample", [&](const toml::table& sample) {
          std::string text = text_of(sample, "text") + "\n";
          if (const std::string body = text_of(sample, "body"); !body.empty()) {
            EXPECT_TRUE(bodies.contains(body)) << "there is no body " << body;
            text += bodies[body] + "\n";
          }
          out.push_back({text_of(pattern, "id"), text_of(sample, "title"), text});
        });
      });
    });
  }
  return out;
}

const std::vector<Sample>& samples() {
  static const std::vector<Sample> all = read_samples();
  return all;
}

// Patterns, other than the last resorts, that would make a report of this text.
std::set<std::string> claimants(const std::string& text) {
  std::set<std::string> out;
  const std::string_view first = std::string_view(text).substr(0, text.find('\n'));
  for (const ReadyFamily& family : PatternSet::get().families()) {
    if (!family.claims(first)) continue;
    for (const ReadyPattern& pattern : family.patterns) {
      if (pattern.pattern->general || !pattern.title.found_in(text)) continue;
      if (pattern.report.given() && !pattern.report.found_in(text)) continue;
      out.insert(std::string(pattern.pattern->id));
    }
  }
  return out;
}

TEST(Patterns, RecogniseTheirSamples) {
  for (const Sample& sample : samples()) {
    const std::vector<Report> reports = find_reports(sample.text);
    ASSERT_FALSE(reports.empty()) << sample.pattern << " does not recognise\n" << sample.text;
    EXPECT_EQ(reports[0].pattern, sample.pattern) << sample.text;
    EXPECT_EQ(reports[0].title, sample.title) << sample.pattern;
    EXPECT_EQ(reports.size(), 1U) << sample.pattern << " and then " << reports.back().title << "\n" << sample.text;
  }
}

TEST(Patterns, AreMatchedByNoOtherPatternsSample) {
  for (const Sample& sample : samples()) {
    std::set<std::string> others = claimants(sample.text);
    others.erase(sample.pattern);
    EXPECT_TRUE(others.empty()) << "a sample of " << sample.pattern << " is also one of " << *others.begin() << "\n"
                                << sample.text;
  }
}

TEST(Patterns, HaveASampleEach) {
  std::set<std::string> with_sample;
  for (const Sample& sample : samples()) with_sample.insert(sample.pattern);
  for (const Family& family : families()) {
    for (const Pattern& pattern : family.patterns) {
      EXPECT_TRUE(with_sample.contains(std::string(pattern.id))) << pattern.id;
    }
  }
}

TEST(Patterns, HaveATypeThatIsExplained) {
  std::set<std::string_view> known;
  for (const Type& type : types()) {
    known.insert(type.name);
    EXPECT_FALSE(type.meaning.empty()) << type.name;
  }
  for (const Family& family : families()) {
    for (const Pattern& pattern : family.patterns) {
      EXPECT_TRUE(pattern.type.empty() || known.contains(pattern.type)) << pattern.id << ": " << pattern.type;
    }
  }
}

// The words that are looked for first must stand in everything that the expression matches.
TEST(Patterns, AreNotHiddenByTheirNeedle) {
  for (const Sample& sample : samples()) {
    for (const ReadyFamily& family : PatternSet::get().families()) {
      for (const ReadyPattern& pattern : family.patterns) {
        if (!pattern.title.found_in(sample.text)) continue;
        EXPECT_NE(sample.text.find(pattern.pattern->needle), std::string::npos) << pattern.pattern->id;
      }
    }
  }
}

}  // namespace
}  // namespace inquest::crashtext
