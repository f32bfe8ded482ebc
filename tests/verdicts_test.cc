// Whole cases with the verdict that a careful colleague would give: tests/cases/<name>/expected.toml beside the
// evidence.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <toml++/toml.h>

#include "support/process.h"

namespace inquest::testing {
namespace {

using Json = nlohmann::json;
using ::testing::Contains;
using ::testing::Not;
namespace fs = std::filesystem;

const fs::path kCases = fs::path(INQUEST_SOURCE_DIR) / "tests/cases";

std::vector<std::string> names() {
  std::vector<std::string> out;
  for (const auto& entry : fs::directory_iterator(kCases)) {
    if (fs::exists(entry.path() / "expected.toml")) out.push_back(entry.path().filename());
  }
  std::ranges::sort(out);
  return out;
}

struct Expected {
  std::string evidence;
  std::string host;
  std::string incident_class;
  std::string top;  // empty: no explanation stands out
  double least = 0;
  double most = 1;
  size_t incidents = 1;
  double clean_days = 0;
  std::vector<std::string> rivals;
  std::vector<std::string> ruled_out;
  std::vector<std::string> not_ruled_out;
  std::vector<std::string> blind_spots;
};

Expected expected(const std::string& name) {
  const toml::table table = toml::parse_file((kCases / name / "expected.toml").string());
  const auto list = [&](std::string_view key) {
    std::vector<std::string> out;
    if (const toml::array* array = table[key].as_array()) {
      for (const auto& one : *array) out.push_back(one.value_or(std::string()));
    }
    return out;
  };
  const auto text = [&](std::string_view key) { return table[key].value_or(std::string()); };
  Expected out;
  out.evidence = text("evidence").empty() ? (kCases / name / "evidence").string()
                                          : (fs::path(INQUEST_SOURCE_DIR) / text("evidence")).string();
  out.host = text("host");
  out.incident_class = text("class");
  out.top = text("top");
  out.least = table["least"].value_or(0.0);
  out.most = table["most"].value_or(1.0);
  out.incidents = static_cast<size_t>(table["incidents"].value_or(int64_t{1}));
  out.clean_days = table["clean_days"].value_or(0.0);
  out.rivals = list("rivals");
  out.ruled_out = list("ruled_out");
  out.not_ruled_out = list("not_ruled_out");
  out.blind_spots = list("blind_spots");
  return out;
}

Json examine(const std::string& evidence) {
  const Ended ended = run_inquest({"examine", "--format", "json", evidence});
  EXPECT_EQ(ended.status, 0) << ended.err;
  return Json::parse(ended.out, nullptr, false);
}

// The incident of that host; a null value where there is none.
Json incident_of(const Json& answer, const std::string& host) {
  for (const Json& one : answer["incidents"]) {
    if (host.empty() || one["host"] == host) return one;
  }
  return {};
}

std::vector<std::string> with_status(const Json& incident, bool ruled_out) {
  std::vector<std::string> out;
  for (const Json& one : incident["hypotheses"]) {
    if ((one["status"] == "ruled-out") == ruled_out) out.push_back(one["id"]);
  }
  return out;
}

// Of each explanation, to six digits: the order of terms may differ.
std::map<std::string, int64_t> probabilities(const Json& incident) {
  std::map<std::string, int64_t> out;
  for (const Json& one : incident["hypotheses"]) {
    out[one["id"]] = std::llround(one["probability"].get<double>() * 1e6);
  }
  return out;
}

const Json* hypothesis(const Json& incident, const std::string& id) {
  for (const Json& one : incident["hypotheses"]) {
    if (one["id"] == id) return &one;
  }
  return nullptr;
}

double sum_of(const Json& hypothesis) {
  double out = 0;
  for (const Json& term : hypothesis["contributions"]) out += term["log_odds"].get<double>();
  return out;
}

// Whether an explanation has more for itself, whatever became of its rivals.
bool gained(const Json& before, const Json& after) {
  if (before["status"] == "ruled-out") return after["status"] != "ruled-out";
  return after["status"] != "ruled-out" && sum_of(after) > sum_of(before) + 0.01;
}

class Verdicts : public ::testing::TestWithParam<std::string> {};

TEST_P(Verdicts, AreThoseOfACarefulColleague) {
  const Expected want = expected(GetParam());
  const Json answer = examine(want.evidence);
  ASSERT_EQ(answer["incidents"].size(), want.incidents);
  const Json incident = incident_of(answer, want.host);
  ASSERT_FALSE(incident.is_null());
  EXPECT_EQ(incident["class"], want.incident_class);
  ASSERT_FALSE(incident["hypotheses"].empty());
  const Json& first = incident["hypotheses"][0];
  if (!want.top.empty()) {
    EXPECT_EQ(first["id"], want.top);
  }
  EXPECT_GE(first["probability"], want.least);
  EXPECT_LE(first["probability"], want.most);
  const auto open = with_status(incident, false);
  const auto out = with_status(incident, true);
  for (const std::string& id : want.rivals) EXPECT_THAT(open, Contains(id));
  for (const std::string& id : want.ruled_out) EXPECT_THAT(out, Contains(id));
  for (const std::string& id : want.not_ruled_out) EXPECT_THAT(out, Not(Contains(id)));
  for (const std::string& id : want.blind_spots) {
    EXPECT_TRUE(std::ranges::any_of(incident["blind_spots"], [&](const Json& spot) { return spot["id"] == id; })) << id;
  }
  EXPECT_EQ(incident["verdict"].size(), 3U);
  if (want.clean_days > 0) {
    ASSERT_FALSE(incident["clean_run"].is_null());
    EXPECT_GE(incident["clean_run"]["thrice_seconds"], want.clean_days * 86400);
  }
}

// Whoever reads the report can redo the sum: share of base x exp(sum of log-odds) among those not ruled out.
TEST_P(Verdicts, CanBeRedoneFromTheirContributions) {
  const Json answer = examine(expected(GetParam()).evidence);
  for (const Json& incident : answer["incidents"]) {
    double total = 0;
    std::vector<std::pair<double, double>> shares;  // weight, probability
    for (const Json& one : incident["hypotheses"]) {
      if (one["status"] == "ruled-out") {
        EXPECT_EQ(one["probability"], 0.0) << one["id"];
        EXPECT_FALSE(one["against"].empty()) << one["id"];
        continue;
      }
      double sum = std::log(one["base"]["rate"].get<double>());
      for (const Json& term : one["contributions"]) sum += term["log_odds"].get<double>();
      shares.emplace_back(std::exp(sum), one["probability"].get<double>());
      total += std::exp(sum);
    }
    for (const auto& [weight, probability] : shares) EXPECT_NEAR(weight / total, probability, 1e-9);
  }
}

// What files are called, and in which order they are read, says nothing about a death.
TEST_P(Verdicts, DoNotHangOnNamesOrOrder) {
  const Expected want = expected(GetParam());
  const TemporaryFolder folder;
  int number = 90;
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(want.evidence)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  for (const fs::path& file : files) {
    // Configuration files are known by their names as well.
    const std::string name =
        file.extension() == ".log" ? "piece-" + std::to_string(number--) + ".log" : file.filename().string();
    const fs::path place = fs::path(folder.path()) / (std::to_string(number) + "-part");
    fs::create_directories(place);
    fs::copy_file(file, place / name);
  }
  const Json before = incident_of(examine(want.evidence), want.host);
  const Json after = incident_of(examine(folder.path()), want.host);
  EXPECT_EQ(before["class"], after["class"]);
  EXPECT_EQ(before["death"], after["death"]);
  ASSERT_EQ(before["hypotheses"].size(), after["hypotheses"].size());
  for (size_t i = 0; i < before["hypotheses"].size(); ++i) {
    EXPECT_EQ(before["hypotheses"][i]["id"], after["hypotheses"][i]["id"]);
    EXPECT_NEAR(before["hypotheses"][i]["probability"].get<double>(),
                after["hypotheses"][i]["probability"].get<double>(), 1e-9);
  }
}

// What is given twice, under another name and in another folder, counts once.
TEST_P(Verdicts, DoNotCountCopies) {
  const Expected want = expected(GetParam());
  const TemporaryFolder folder;
  const fs::path once = fs::path(folder.path()) / "evidence";
  fs::copy(want.evidence, once, fs::copy_options::recursive);
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(once)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  const fs::path again = fs::path(folder.path()) / "again";
  fs::create_directories(again);
  for (const fs::path& file : files) fs::copy_file(file, again / file.filename());
  const Json before = examine(want.evidence)["incidents"];
  const Json after = examine(folder.path())["incidents"];
  ASSERT_EQ(before.size(), after.size());
  for (size_t i = 0; i < before.size(); ++i) {
    EXPECT_EQ(before[i]["class"], after[i]["class"]);
    EXPECT_EQ(before[i]["death"], after[i]["death"]);
    EXPECT_EQ(probabilities(before[i]), probabilities(after[i]));
  }
}

// Without a piece of evidence, an explanation may gain only by what that piece said against it; then the report says
// what it could not look at: for the explanation, or as a blind spot.
TEST_P(Verdicts, DoNotGainInSilence) {
  const Expected want = expected(GetParam());
  const Json before = incident_of(examine(want.evidence), want.host);
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(want.evidence)) {
    if (entry.is_regular_file()) files.push_back(fs::relative(entry.path(), want.evidence));
  }
  if (files.size() < 2) return;  // nothing would be left
  for (const fs::path& file : files) {
    const TemporaryFolder folder;
    const fs::path rest = fs::path(folder.path()) / "evidence";
    fs::copy(want.evidence, rest, fs::copy_options::recursive);
    fs::remove(rest / file);
    const Json after = incident_of(examine(rest), want.host);
    if (after.is_null() || after["class"] != before["class"]) continue;  // another question
    for (const Json& one : after["hypotheses"]) {
      const Json* other = hypothesis(before, one["id"]);
      if (other == nullptr || !gained(*other, one)) continue;
      EXPECT_TRUE(one["missing"] != (*other)["missing"] || after["blind_spots"].size() > before["blind_spots"].size())
          << one["id"] << " without " << file;
    }
  }
}

std::string test_name(const ::testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::ranges::replace(name, '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Cases, Verdicts, ::testing::ValuesIn(names()), test_name);

}  // namespace
}  // namespace inquest::testing
