// docker: `docker inspect` and `docker ps`: containers, when they were started and how they ended.
// docs/formats/docker.md Source: moby api/types/container; docker/cli cli/command/formatter/container.go.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <simdjson.h>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/event_log.h"
#include "decode/line_reader.h"
#include "decode/shell_prompt.h"
#include "decode/tool_output.h"

namespace inquest::decode {
namespace {

namespace dom = simdjson::dom;

constexpr size_t kMostContainers = 10'000;

std::string_view text_of(const dom::element& value) {
  std::string_view out;
  return value.get(out) == simdjson::SUCCESS ? out : std::string_view();
}

std::string_view member(const dom::element& object, std::string_view pointer) {
  dom::element value;
  return object.at_pointer(pointer).get(value) == simdjson::SUCCESS ? text_of(value) : std::string_view();
}

// The columns of "CONTAINER ID   IMAGE   COMMAND   CREATED   STATUS   PORTS   NAMES", parted by two blanks or more.
struct Column {
  std::string name;
  size_t begin = 0;
};
std::vector<Column> heading(std::string_view line) {
  if (!line.starts_with("CONTAINER ID ")) return {};
  std::vector<Column> out;
  for (size_t at = 0; at < line.size() && out.size() < 32;) {
    const size_t end = std::min(line.find("  ", at), line.size());
    out.push_back({std::string(trim(line.substr(at, end - at))), at});
    at = std::min(line.find_first_not_of(' ', end), line.size());
  }
  return out.size() >= 3 ? out : std::vector<Column>();
}

bool is_inspect(std::string_view bytes) {
  bytes = trim(bytes.substr(0, 16384));
  return (bytes.starts_with('[') || bytes.starts_with('{')) && bytes.find("\"Id\"") != std::string_view::npos &&
         bytes.find("\"State\"") != std::string_view::npos && bytes.find("\"StartedAt\"") != std::string_view::npos;
}

// {"Command":"...","CreatedAt":"...","ID":"...","Names":"...",...}: `docker ps --format json`
bool is_ps_json(std::string_view line) {
  return line.starts_with('{') && line.ends_with('}') && line.find("\"ID\":\"") != std::string_view::npos &&
         line.find("\"Names\":\"") != std::string_view::npos && line.find("\"Status\":\"") != std::string_view::npos;
}

class Docker : public WholeReader {
 public:
  explicit Docker(Sink& sink)
      : WholeReader(sink),
        log_(sink, log_shape(sink, "docker", model::ClockDomain::Utc, model::Channel::Disk, Precision::Nano),
             "docker") {}

 private:
  void whole(std::string_view bytes) override {
    if (is_inspect(bytes)) return inspect(bytes);
    std::vector<Column> columns;
    std::string host;
    for (const std::string_view line : lines(bytes)) {
      const std::string_view content = trim(line);
      if (content.empty()) continue;
      if (const auto prompt = parse_shell_prompt(line)) {
        host = prompt->host;
        columns.clear();
      } else if (auto found = heading(line); !found.empty()) {
        columns = std::move(found);
      } else if (is_ps_json(content)) {
        entry(content, host);
      } else if (!columns.empty()) {
        row(line, columns, host);
      } else {
        sink().problem(place_of(line), "a line that is no container");
      }
    }
  }

  void row(std::string_view line, const std::vector<Column>& columns, const std::string& host) {
    if (++count_ > kMostContainers) return sink().problem(place_of(line), "more containers than are read");
    std::string value;
    for (size_t i = 0; i < columns.size(); ++i) {
      const size_t begin = std::min(columns[i].begin, line.size());
      const size_t end = i + 1 < columns.size() ? std::min(columns[i + 1].begin, line.size()) : line.size();
      const std::string_view cell = trim(line.substr(begin, end - begin));
      if (cell.empty()) continue;
      value += fmt::format("{}{}={}", value.empty() ? "" : " ", key_of(columns[i].name), cell.substr(0, 200));
    }
    sink().fact(host, "docker.container", value, place_of(line));
  }

  void entry(std::string_view line, const std::string& host) {
    dom::parser parser;
    dom::element root;
    if (++count_ > kMostContainers) return sink().problem(place_of(line), "more containers than are read");
    if (parser.parse(line.data(), line.size()).get(root) != simdjson::SUCCESS)
      return sink().problem(place_of(line), "a line that is not whole JSON");
    sink().fact(host, "docker.container",
                fmt::format("id={} names={} image={} status={}", member(root, "/ID").substr(0, 64),
                            member(root, "/Names").substr(0, 200), member(root, "/Image").substr(0, 200),
                            member(root, "/Status").substr(0, 64)),
                place_of(line));
  }

  void inspect(std::string_view bytes) {
    const simdjson::padded_string padded(bytes);
    dom::parser parser;
    dom::element root;
    if (parser.parse(padded).get(root) != simdjson::SUCCESS)
      return sink().problem(place_of_line(1), "not whole JSON: nothing of it was read");
    bytes_ = bytes;
    dom::array array;
    if (root.get(array) != simdjson::SUCCESS) return container(root);
    for (const dom::element each : array) {
      if (++count_ > kMostContainers) return sink().problem(place_of_line(1), "more containers than are read");
      container(each);
    }
  }

  void container(const dom::element& one) {
    const std::string_view id = member(one, "/Id").substr(0, 64);
    std::string_view name = member(one, "/Name").substr(0, 200);
    if (name.starts_with('/')) name.remove_prefix(1);
    int64_t exit = 0;
    bool killed = false;
    if (one.at_pointer("/State/ExitCode").get(exit) != simdjson::SUCCESS) exit = 0;
    if (one.at_pointer("/State/OOMKilled").get(killed) != simdjson::SUCCESS) killed = false;
    // Records cite the place of the container's id, which comes first.
    const Place place = place_after(id);
    sink().fact({}, "docker.container",
                fmt::format("{} {} status={} exit={}{} restart={}", name, id.substr(0, 12),
                            member(one, "/State/Status").substr(0, 32), exit, killed ? " oom-killed" : "",
                            member(one, "/HostConfig/RestartPolicy/Name").substr(0, 32)),
                place);
    event(member(one, "/State/StartedAt"), fmt::format("container {} was started", name), place, false);
    event(member(one, "/State/FinishedAt"),
          fmt::format("container {} ended with exit status {}{}", name, exit,
                      killed ? ", killed because memory ran out" : ""),
          place, exit != 0 || killed);
  }

  // "0001-01-01T00:00:00Z" stands for never.
  void event(std::string_view stamp, const std::string& text, const Place& place, bool bad) {
    const auto time = parse_iso_time(stamp);
    if (!time || !time->offset || *time->utc() <= 0) return;
    log_.add(*time->utc(), place, {}, text, bad ? model::Severity::Error : model::Severity::Info);
  }

  Place place_after(std::string_view id) {
    const size_t at = id.empty() ? std::string_view::npos : bytes_.find(id, searched_);
    if (at == std::string_view::npos) return place_of_line(1);
    searched_ = at;
    return place_of(bytes_.substr(at, id.size()));
  }

  EventLog log_;
  std::string_view bytes_;
  size_t searched_ = 0;
  size_t count_ = 0;
};

Claim sniff(const Head& head) {
  if (is_inspect(head.bytes)) return Claim::Certain;
  size_t looked = 0;
  for (const std::string_view line : head.lines(10)) {
    if (trim(line).empty() || parse_shell_prompt(line)) continue;
    if (!heading(line).empty() || is_ps_json(trim(line))) return Claim::Certain;
    if (++looked == 2) break;
  }
  return Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<Docker>(sink); }

}  // namespace

extern const Decoder docker_decoder;
const Decoder docker_decoder{"docker", "docker inspect, docker ps: containers and how they ended", sniff, open};

}  // namespace inquest::decode
