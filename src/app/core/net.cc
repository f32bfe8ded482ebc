// net: network interfaces, and the sockets of tasks.
#include <array>

#include <fmt/format.h>

#include "app/core_command.h"
#include "app/core_json.h"
#include "app/core_tasks.h"
#include "base/text.h"
#include "vmcore/net_devices.h"
#include "vmcore/sockets.h"

namespace inquest::app {
namespace {

using vmcore::NetCounters;
using vmcore::NetDevice;
using vmcore::OpenSocket;
using vmcore::OpenSockets;
using vmcore::Task;

std::string flags_of(uint64_t flags) {
  struct Flag {
    uint64_t bit;
    std::string_view name;
  };
  static constexpr std::array kFlags = {Flag{0x1, "UP"},           Flag{0x2, "BROADCAST"}, Flag{0x8, "LOOPBACK"},
                                        Flag{0x10, "POINTOPOINT"}, Flag{0x80, "NOARP"},    Flag{0x100, "PROMISC"},
                                        Flag{0x200, "ALLMULTI"},   Flag{0x400, "MASTER"},  Flag{0x800, "SLAVE"},
                                        Flag{0x1000, "MULTICAST"}};
  std::string out;
  for (const Flag& one : kFlags) {
    if ((flags & one.bit) != 0) out += (out.empty() ? "" : ",") + std::string(one.name);
  }
  return out;
}

std::string text_of(const std::vector<NetDevice>& devices) {
  std::string out;
  std::optional<uint64_t> space;
  for (const NetDevice& one : devices) {
    if (space != one.name_space) {
      if (space || one.name_space != devices.back().name_space) {
        out += fmt::format("{}namespace net:[{}]\n", space ? "\n" : "", one.name_space);
      }
      space = one.name_space;
    }
    out +=
        fmt::format("{:>3}: {}: <{}> mtu {} state {}{}  {:016x}\n", one.index, printable(one.name), flags_of(one.flags),
                    one.mtu, one.state, one.carrier ? "" : ", no carrier", one.device.address().value);
    if (!one.hardware.empty()) out += fmt::format("     link {}\n", one.hardware);
    for (const std::string& address : one.addresses) out += fmt::format("     addr {}\n", address);
    if (one.counters) {
      const NetCounters& sums = *one.counters;
      out += fmt::format("     RX packets {} bytes {} errors {} dropped {}\n", sums.rx_packets, sums.rx_bytes,
                         sums.rx_errors, sums.rx_dropped);
      out += fmt::format("     TX packets {} bytes {} errors {} dropped {}\n", sums.tx_packets, sums.tx_bytes,
                         sums.tx_errors, sums.tx_dropped);
    }
    if (!one.counters_note.empty()) out += fmt::format("     counters: {}\n", printable(one.counters_note));
  }
  return out;
}

std::string json_of(const NetDevice& one) {
  JsonObject out;
  out.add("name", one.name).add("device", one.device.address()).add("namespace", one.name_space);
  out.add("index", one.index).add("mtu", one.mtu).add("flags", flags_of(one.flags)).add("state", one.state);
  out.raw("carrier", one.carrier ? "true" : "false").add("hardware", one.hardware);
  out.raw("addresses", json_array(one.addresses, [](const std::string& text) { return core_json_string(text); }));
  if (one.counters) {
    const NetCounters& sums = *one.counters;
    JsonObject json;
    json.add("rx_packets", sums.rx_packets).add("rx_bytes", sums.rx_bytes).add("rx_errors", sums.rx_errors);
    json.add("rx_dropped", sums.rx_dropped).add("tx_packets", sums.tx_packets).add("tx_bytes", sums.tx_bytes);
    json.add("tx_errors", sums.tx_errors).add("tx_dropped", sums.tx_dropped);
    out.raw("counters", json.text());
  } else {
    out.raw("counters", "null");
  }
  return out.add("counters_note", one.counters_note).text();
}

Result<CoreAnswer> devices(CoreSession& session) {
  vmcore::NetDevices all = vmcore::read_net_devices(session.kernel);
  CoreAnswer out;
  out.text =
      session.json ? JsonObject().raw("devices", json_array(all.devices, json_of)).text() + "\n" : text_of(all.devices);
  out.problems = std::move(all.problems);
  add_kernel_problems(session.kernel, out);
  return out;
}

std::string text_of(const Task& task, const OpenSockets& sockets) {
  std::string out = core_task_line(task);
  if (sockets.sockets.empty()) return out + "No open sockets\n";
  out += fmt::format("{:>4}  {:^16}  {:^16}  {:<17} {:<12} {:>8} {:>8}  {}\n", "FD", "SOCKET", "SOCK", "FAMILY:TYPE",
                     "STATE", "RECV-Q", "SEND-Q", "LOCAL - PEER");
  for (const OpenSocket& one : sockets.sockets) {
    out += fmt::format("{:>4}  {:016x}  {:016x}  {:<17} {:<12} {:>8} {:>8}  {}{}", one.fd, one.socket.value,
                       one.sock.value, one.family + ":" + one.type, one.state, one.receive_queue, one.send_queue,
                       printable(one.local), one.peer.empty() ? "" : " - " + printable(one.peer));
    out.erase(out.find_last_not_of(' ') + 1);
    out += '\n';
  }
  return out;
}

std::string json_of(const Task& task, const OpenSockets& sockets) {
  JsonObject out;
  out.add("pid", task.pid).add("task", task.address()).add("comm", task.comm);
  out.raw("sockets", json_array(sockets.sockets, [](const OpenSocket& socket) {
            JsonObject one;
            one.add("fd", socket.fd).add("socket", socket.socket).add("sock", socket.sock);
            one.add("family", socket.family).add("type", socket.type).add("state", socket.state);
            one.add("local", socket.local).add("peer", socket.peer);
            return one.add("receive_queue", socket.receive_queue).add("send_queue", socket.send_queue).text();
          }));
  return out.text();
}

Result<CoreAnswer> run(CoreSession& session, std::span<const std::string> words) {
  if (words.empty()) return devices(session);
  // With a task, its sockets are meant, whether -s says so or not.
  if (words[0] == "-s" || words[0] == "-S") words = words.subspan(1);
  CoreAnswer out;
  const auto tasks = core_tasks(session.kernel, words, out.problems);
  if (!tasks) return fail(tasks.error());
  if (session.json) out.text = "{\"tasks\":[";
  for (const Task& task : *tasks) {
    const OpenSockets sockets = vmcore::sockets_of(session.kernel, task);
    for (const std::string& problem : sockets.problems) {
      out.problems.push_back(fmt::format("PID {}: {}", task.pid, problem));
    }
    if (&task != tasks->data()) out.text += session.json ? "," : "\n";
    out.text += session.json ? "\n" + json_of(task, sockets) : text_of(task, sockets);
  }
  if (session.json) out.text += "]}\n";
  add_kernel_problems(session.kernel, out);
  return out;
}

}  // namespace

extern const CoreCommand net_core_command;
const CoreCommand net_core_command = {
    .name = "net",
    .other_names = "",
    .synopsis = "net [-s [PID|ADDRESS|COMMAND]...]",
    .summary = "network interfaces with addresses and counters; -s the sockets of tasks",
    .per_task = true,
    .run = run};

}  // namespace inquest::app
