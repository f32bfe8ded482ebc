// Who was running, where, and on which kernel: the lines of a report that say it, of every generation.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "crashtext/taint.h"

namespace inquest::crashtext {

// What is not said stays empty. The first line that says something wins: later ones of a report speak of other tasks.
struct Identity {
  std::optional<uint32_t> cpu;
  std::optional<uint32_t> pid;
  std::optional<uint32_t> uid;
  std::string comm;            // at most 15 characters; may hold anything, blanks included
  std::optional<Taint> taint;  // set without a flag for "Not tainted"
  std::string kernel;          // release: "6.1.0-13-amd64"
  std::string build;           // behind it: "#1 SMP PREEMPT_DYNAMIC Debian 6.1.55-1", "#1"
  std::string hardware;        // "Supermicro X9SCL/X9SCL"
  std::string bios;            // "2.0b 09/17/2012"
  std::string workqueue;       // "events_unbound"
  std::string work;            // its function: "toggle_allocation_gate"

  // Takes what the line (without log prefix) says; true where it is one of those lines. Read are:
  //     CPU: 1 UID: 0 PID: 42 Comm: kswapd0 Tainted: G W 6.12.0 #1        CPU: 1 PID: 42 Comm: kswapd0 Not
  //     tainted 3.10.4 #1 Pid: 802, comm: wpa_supplicant Tainted: P O 3.6.1 #1 Hewlett-Packard Compaq/30FE CPU: 0 Not
  //     tainted  (2.6.38 #1)    Process x (pid: 4, ..)    TASK = c0..[123] 'insmod' THREAD: c0..  CPU: 1 REGS: c0..
  //     TRAP: 0700   Not tainted  (4.4.21)    Hardware name: ..    Workqueue: wq function    Tainted: [W]=WARN WARNING:
  //     fs/a.c:1 at f+0x1/0x2, CPU#1: comm/42    .. soft lockup - CPU#1 stuck for 22s! [comm:42] INFO: task comm:42
  //     blocked for more than 120 seconds.    task:comm state:D stack:0 pid:42 tgid:42 ppid:2
  bool read(std::string_view line);
};

}  // namespace inquest::crashtext
