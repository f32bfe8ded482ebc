// ip_link: `ip link`, `ip -s link`, `ip addr`, `ip route`, `ip neigh`: network interfaces, their state and errors.
// docs/formats/ip_link.md Source: iproute2 ip/ipaddress.c (print_linkinfo(), __print_link_stats()).
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/tool_output.h"

namespace inquest::decode {
namespace {

// "2: enp1s0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq master vmbr0 state UP mode DEFAULT group default"
struct Interface {
  std::string_view name;
  std::string_view flags;
  std::string_view rest;
};
std::optional<Interface> parse_interface(std::string_view line) {
  const size_t colon = line.find(": ");
  if (colon == std::string_view::npos || !parse_int<uint32_t>(line.substr(0, colon))) return std::nullopt;
  const std::string_view rest = line.substr(colon + 2);
  const size_t flags = rest.find(": <");
  if (flags == std::string_view::npos || flags == 0 || flags > 64) return std::nullopt;
  const size_t close = rest.find('>', flags);
  if (close == std::string_view::npos) return std::nullopt;
  return Interface{rest.substr(0, flags), rest.substr(flags + 3, close - flags - 3), trim(rest.substr(close + 1))};
}

// "1: lo    inet 127.0.0.1/8 scope host lo\       valid_lft forever": `ip -o addr`
struct OneLine {
  std::string_view name;
  std::string_view address;
};
std::optional<OneLine> parse_one_line(std::string_view line) {
  const auto words = split_blanks(line);
  if (words.size() < 4 || !words[0].ends_with(':') || !parse_int<uint32_t>(words[0].substr(0, words[0].size() - 1)))
    return std::nullopt;
  if (words[2] != "inet" && words[2] != "inet6") return std::nullopt;
  return OneLine{words[1], words[3]};
}

// "default via 192.0.2.1 dev vmbr0 proto kernel", "192.0.2.1 dev vmbr0 lladdr 52:54:00:00:00:01 REACHABLE": of `ip
// route` and `ip neigh`.
bool is_route(std::string_view line) {
  const auto words = split_blanks(line);
  if (words.size() < 3) return false;
  size_t at = 0;
  for (const std::string_view kind : {"local", "broadcast", "multicast", "unreachable", "blackhole", "anycast"})
    if (words[0] == kind) at = 1;
  const std::string_view target = words[at];
  const bool address =
      target == "default" || (target.find_first_of(".:") != std::string_view::npos &&
                              target.find_first_not_of("0123456789abcdef.:/") == std::string_view::npos);
  return address && line.find(" dev ") != std::string_view::npos;
}

// The word behind `key` in "mtu 1500 qdisc mq state UP".
std::string_view word_behind(std::string_view text, std::string_view key) {
  const auto words = split_blanks(text);
  for (size_t i = 0; i + 1 < words.size(); ++i) {
    if (words[i] == key) return words[i + 1];
  }
  return {};
}

class IpLink : public ToolReader {
 public:
  explicit IpLink(Sink& sink) : ToolReader(sink, {"ip"}) {}

 private:
  void output(std::string_view text, const Place& place) override {
    const std::string_view line = trim(text);
    if (line.empty()) return;
    if (++lines_ > kMost) return sink().problem(place, "more lines than are read: the rest was left out");
    if (const auto found = parse_interface(line)) {
      name_ = std::string(found->name);
      names_.clear();
      const std::string_view state = word_behind(found->rest, "state");
      fact("net.link",
           fmt::format("{} state={} mtu={} flags={}", name_, state.substr(0, 32),
                       word_behind(found->rest, "mtu").substr(0, 16), found->flags.substr(0, 200)),
           place);
      const std::string_view master = word_behind(found->rest, "master");
      if (!master.empty()) fact("net.master", fmt::format("{} {}", name_, master.substr(0, 64)), place);
      return;
    }
    if (const auto one = parse_one_line(line))
      return fact("net.address", fmt::format("{} {}", one->name.substr(0, 64), one->address.substr(0, 64)), place);
    if (is_route(line)) {
      const bool neighbour = line.find(" lladdr ") != std::string_view::npos || line.ends_with("FAILED");
      return fact(neighbour ? "net.neighbour" : "net.route", line.substr(0, 256), place);
    }
    if (name_.empty()) return sink().problem(place, "a line before the first interface");
    const auto words = split_blanks(line);
    if (words[0] == "inet" || words[0] == "inet6") {
      if (words.size() > 1) fact("net.address", fmt::format("{} {}", name_, words[1].substr(0, 64)), place);
    } else if (words[0].starts_with("link/")) {
      if (words.size() > 1) fact("net.hardware", fmt::format("{} {}", name_, words[1].substr(0, 64)), place);
    } else if (words[0] == "RX:" || words[0] == "TX:" || words[0] == "RX" || words[0] == "TX") {
      // "RX: bytes  packets  errors  dropped missed  mcast", "RX errors: length    crc   frame    fifo overrun":
      // the names of the figures in the next line.
      names_.clear();
      prefix_ = words[0].substr(0, 2) == "RX" ? "rx" : "tx";
      for (size_t i = 1; i < words.size() && i < 16; ++i) {
        if (words[i].ends_with(':')) continue;  // "errors:"
        names_.emplace_back(words[i].substr(0, 32));
      }
    } else if (!names_.empty() && parse_int<uint64_t>(words[0])) {
      figures(words, place);
    }
  }

  void figures(const std::vector<std::string_view>& words, const Place& place) {
    std::string value = fmt::format("{} {}", name_, prefix_);
    bool bad = false;
    for (size_t i = 0; i < words.size() && i < names_.size(); ++i) {
      value += fmt::format(" {}={}", names_[i], words[i].substr(0, 32));
      const bool trouble = names_[i] != "bytes" && names_[i] != "packets" && names_[i] != "mcast" &&
                           names_[i] != "transns" && names_[i] != "compressed";
      bad = bad || (trouble && words[i] != "0");
    }
    fact("net.statistics", value, place);
    if (bad) fact("net.errors", value, place);
    names_.clear();
  }

  static constexpr size_t kMost = 200'000;
  std::string name_;
  std::string_view prefix_;
  std::vector<std::string> names_;
  size_t lines_ = 0;
};

Claim sniff(const Head& head) {
  const ToolHead tool = tool_head(head, {"ip"}, 10);
  if (tool.lines.empty()) return Claim::No;
  const std::string_view first = trim(tool.lines.front());
  return parse_interface(first) || parse_one_line(first) || is_route(first) ? Claim::Certain : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<IpLink>(sink); }

}  // namespace

extern const Decoder ip_link_decoder;
const Decoder ip_link_decoder{"ip_link", "ip link, ip addr: network interfaces, their state and errors", sniff, open};

}  // namespace inquest::decode
