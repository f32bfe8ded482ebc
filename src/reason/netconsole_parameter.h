// netconsole's parameter by the kernel's syntax, and what is wrong with one.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace inquest::reason {

// netconsole=[+][r][src-port]@[src-ip]/[<dev>],[tgt-port]@<tgt-ip>/[tgt-macaddr]
// Source: Documentation/networking/netconsole.rst; net/core/netpoll.c, netpoll_parse_options().
struct NetconsoleParameter {
  bool extended = false;  // "+": with sequence numbers and fragments
  std::string source_port;
  std::string source_ip;
  std::string device;
  std::string target_port;
  std::string target_ip;
  std::string target_mac;
};

struct NetconsoleReading {
  std::optional<NetconsoleParameter> parameter;  // where the kernel would take it
  std::vector<std::string> faults;               // what is wrong or missing, each a sentence
  bool mangled = false;  // addresses were replaced, as mail and web filters do ("[email protected]")
  bool fatal = false;    // no message would ever be sent
  std::string mended;    // how it should read, with <...> for what is not known
};

// `text` with "netconsole=" in front or without. Never throws away: what can be read is read.
NetconsoleReading read_netconsole(std::string_view text);

}  // namespace inquest::reason
