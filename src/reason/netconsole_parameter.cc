#include "reason/netconsole_parameter.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace inquest::reason {
namespace {

constexpr std::string_view kKeyword = "netconsole=";
// What web pages and mailing list archives put in place of what they take for an e-mail address: "6666@10.0.0.2".
constexpr std::string_view kObfuscated[] = {"[email protected]", "[email\xC2\xA0protected]", "[email&#160;protected]"};

bool is_port(std::string_view text) {
  const auto port = parse_int<uint16_t>(text);
  return port && *port != 0;
}

bool is_ip(std::string_view text) {
  if (text.find(':') != std::string_view::npos) {
    return text.size() >= 2 && text.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos;
  }
  const auto parts = split(text, '.');
  return parts.size() == 4 &&
         std::ranges::all_of(parts, [](std::string_view part) { return parse_int<uint8_t>(part).has_value(); });
}

bool is_mac(std::string_view text) {
  const auto parts = split(text, ':');
  return parts.size() == 6 && std::ranges::all_of(parts, [](std::string_view part) {
           return part.size() == 2 && parse_int<uint8_t>(part, 16).has_value();
         });
}

struct Side {
  std::string port;
  std::string ip;
  std::string behind;  // device or MAC
  bool at = false;
  bool slash = false;
};

Side parse_side(std::string_view text) {
  Side out;
  if (const size_t at = text.find('@'); at != std::string_view::npos) {
    out.at = true;
    out.port = std::string(text.substr(0, at));
    text.remove_prefix(at + 1);
  }
  const size_t slash = text.find('/');
  out.ip = std::string(text.substr(0, slash));
  out.slash = slash != std::string_view::npos;
  if (out.slash) out.behind = std::string(text.substr(slash + 1));
  return out;
}

std::string_view or_placeholder(const std::string& text, std::string_view placeholder) {
  return text.empty() ? placeholder : std::string_view(text);
}

}  // namespace

NetconsoleReading read_netconsole(std::string_view text) {
  NetconsoleReading out;
  std::string line(trim(text).substr(0, 512));
  while (!line.empty() && (line.front() == '"' || line.front() == '\'')) line.erase(0, 1);
  while (!line.empty() && (line.back() == '"' || line.back() == '\'')) line.pop_back();
  for (const std::string_view replaced : kObfuscated) {
    for (size_t at = line.find(replaced); at != std::string::npos; at = line.find(replaced)) {
      line.replace(at, replaced.size(), "@");
      out.mangled = true;
    }
  }
  if (out.mangled) {
    out.faults.emplace_back(
        "a filter against spam took \"port@address\" for e-mail and replaced it, so ports and addresses are lost");
  }
  const bool keyword = line.starts_with(kKeyword);
  if (keyword) {
    line.erase(0, kKeyword.size());
  } else {
    out.faults.emplace_back(
        "the keyword \"netconsole=\" is missing, so modprobe does not pass it on as this parameter");
  }
  while (!line.empty() && (line.front() == '"' || line.front() == '\'')) line.erase(0, 1);

  NetconsoleParameter parameter;
  std::string_view rest = line;
  if (rest.starts_with('+')) {
    parameter.extended = true;
    rest.remove_prefix(1);
  }
  if (rest.starts_with('r')) rest.remove_prefix(1);
  const size_t comma = rest.find(',');
  const Side source = parse_side(rest.substr(0, comma));
  const Side target = comma == std::string_view::npos ? Side{} : parse_side(rest.substr(comma + 1));
  parameter.source_port = source.port;
  parameter.source_ip = source.ip;
  parameter.device = source.behind;
  parameter.target_port = target.port;
  parameter.target_ip = target.ip;
  parameter.target_mac = target.behind;

  bool broken = !keyword;
  const auto fault = [&](bool fatal, std::string words) {
    out.faults.push_back(std::move(words));
    broken = broken || fatal;
  };
  if (comma == std::string_view::npos) {
    fault(true, "nothing behind a comma names a target: there is nowhere to send to");
  } else if (target.ip.empty()) {
    fault(true, "the target has no IP address: there is nowhere to send to");
  } else if (!is_ip(target.ip)) {
    fault(true, fmt::format("\"{}\" is no IP address; netconsole resolves no names", printable(target.ip)));
  }
  if (comma != std::string_view::npos && !target.at) fault(true, "there is no \"@\" in front of the target's address");
  if (!source.at && !rest.empty()) fault(true, "there is no \"@\" in front of the source's address");
  if (!source.ip.empty() && !is_ip(source.ip))
    fault(true, fmt::format("\"{}\" is no IP address", printable(source.ip)));
  for (const std::string& port : {source.port, target.port}) {
    if (!port.empty() && !is_port(port)) fault(true, fmt::format("\"{}\" is no port", printable(port)));
  }
  if (!target.behind.empty() && !is_mac(target.behind)) {
    fault(true, fmt::format("\"{}\" is no MAC address", printable(target.behind)));
  } else if (target.behind.empty() && comma != std::string_view::npos) {
    fault(false,
          "no target MAC is given: messages go out as broadcasts, which no router passes on and some switches limit");
  }
  if (source.behind.empty() && !rest.empty()) {
    fault(false, "no device is given: the kernel takes eth0, which hardly any host has any more");
  }
  out.fatal = broken || out.mangled;
  if (!out.fatal) out.parameter = parameter;
  if (!out.faults.empty()) {
    out.mended =
        fmt::format("netconsole={}{}@{}/{},{}@{}/{}", parameter.extended ? "+" : "",
                    is_port(source.port) ? source.port : (out.mangled ? "6665" : ""), is_ip(source.ip) ? source.ip : "",
                    or_placeholder(parameter.device, "<device>"), is_port(target.port) ? target.port : "6666",
                    is_ip(target.ip) ? target.ip : "<receiver's IP>",
                    is_mac(target.behind) ? target.behind : "<MAC of the next hop>");
  }
  return out;
}

}  // namespace inquest::reason
