// The same points and the same questions go to InfluxDB 1 and to the recorder: the answers must be the same.
// tests/influxql/ holds both. Rows of one time and series have no order of their own in InfluxDB; all else is compared
// as it stands, errors with their words too.
#include <algorithm>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/recorder_process.h"
#include "support/server.h"
#include "support/tcp_client.h"
#include "support/temp_folder.h"

namespace inquest {
namespace {

using Json = nlohmann::json;
using testing::free_port;
using testing::has_program;
using testing::RecorderProcess;
using testing::Server;
using testing::TcpClient;

std::string read(const std::string& name) {
  std::ifstream in(INQUEST_SOURCE_DIR "/tests/influxql/" + name, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

struct Answer {
  std::string status;
  std::string body;
  friend bool operator==(const Answer&, const Answer&) = default;
};

// HTTP/1.0: whoever answers says the end by closing.
Answer exchange(int port, std::string_view method, const std::string& target, std::string_view body) {
  TcpClient client(port);
  client.send(
      fmt::format("{} {} HTTP/1.0\r\nHost: x\r\nContent-Length: {}\r\n\r\n{}", method, target, body.size(), body));
  const std::string reply = client.rest();
  const size_t head = reply.find("\r\n\r\n");
  if (head == std::string::npos) return {"no answer", reply};
  return {reply.substr(9, 3), reply.substr(head + 4)};
}

struct Question {
  std::string parameters;
  std::string query;
};

std::vector<Question> questions() {
  std::vector<Question> out;
  std::istringstream lines(read("queries.txt"));
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line.starts_with('#')) continue;
    const size_t bar = line.find('|');
    const bool has_parameters = bar != std::string::npos && line.find(' ') > bar && line.substr(0, bar).contains('=');
    out.push_back(has_parameters ? Question{line.substr(0, bar), line.substr(bar + 1)} : Question{"", line});
  }
  return out;
}

Answer ask(int port, const Question& question) {
  std::string target = "/query?q=" + escaped(question.query);
  if (!question.parameters.starts_with("db=")) target += "&db=peer";
  if (!question.parameters.empty()) target += "&" + question.parameters;
  return exchange(port, "GET", target, {});
}

void put_in_order(Json& document) {
  if (!document.contains("results")) return;
  for (Json& result : document["results"]) {
    if (!result.contains("series")) continue;
    for (Json& series : result["series"]) {
      if (series["columns"][0] != "time" || !series.contains("values")) continue;
      std::vector<Json> rows = series["values"];
      // Only within a time: the order of times is part of the answer.
      for (size_t begin = 0, end = 0; begin < rows.size(); begin = end) {
        while (end < rows.size() && rows[end][0] == rows[begin][0]) ++end;
        std::sort(rows.begin() + static_cast<std::ptrdiff_t>(begin), rows.begin() + static_cast<std::ptrdiff_t>(end));
      }
      series["values"] = rows;
    }
    std::vector<Json> all = result["series"];
    std::ranges::sort(all);
    result["series"] = all;
  }
}

// A document a line, or one in all.
std::string comparable(const Answer& answer) {
  std::string out = answer.status;
  std::istringstream lines(answer.body);
  std::vector<std::string> texts;
  if (answer.body.starts_with("{\n")) {
    texts.push_back(answer.body);
  } else {
    for (std::string line; std::getline(lines, line);) texts.push_back(line);
  }
  for (const std::string& text : texts) {
    Json document = Json::parse(text, nullptr, false);
    if (document.is_discarded()) return out + "\n" + answer.body;
    put_in_order(document);
    out += "\n" + document.dump();
  }
  return out;
}

TEST(InfluxqlPeer, AnswersAsInfluxdbDoes) {
  if (!has_program("influxd")) GTEST_SKIP() << "there is no influxd here";
  const TempFolder folder;
  const int port = free_port();
  Server influxd(
      {"influxd", "-config",
       folder.write("influxdb.conf", fmt::format("reporting-disabled = true\nbind-address = \"127.0.0.1:{0}\"\n"
                                                 "[meta]\n  dir = \"{2}/meta\"\n"
                                                 "[data]\n  dir = \"{2}/data\"\n  wal-dir = \"{2}/wal\"\n"
                                                 "[http]\n  bind-address = \"127.0.0.1:{1}\"\n"
                                                 "[monitor]\n  store-enabled = false\n",
                                                 free_port(), port, folder.path()))});
  ASSERT_TRUE(influxd.listens(port));
  RecorderProcess recorder(
      {.data = folder.path("recorder"), .listeners = {}, .flags = {"--retain", "0s"}, .wrapper = {}});
  const int ours = recorder.port("http");
  ASSERT_NE(ours, 0) << recorder.err();

  const std::string points = read("points.txt");
  for (const int each : {port, ours}) {
    ASSERT_EQ(exchange(each, "POST", "/query?q=" + escaped("CREATE DATABASE peer"), {}).status, "200");
    ASSERT_EQ(exchange(each, "POST", "/write?db=peer", points).status, "204");
  }
  const auto all = questions();
  ASSERT_GE(all.size(), 500U);
  for (const Question& question : all) {
    const Answer theirs = ask(port, question);
    const Answer here = ask(ours, question);
    if (comparable(theirs) == comparable(here)) continue;
    ADD_FAILURE() << question.parameters << " " << question.query << "\n  theirs " << theirs.status << " "
                  << theirs.body.substr(0, 600) << "\n  ours   " << here.status << " " << here.body.substr(0, 600);
  }
}

}  // namespace
}  // namespace inquest
