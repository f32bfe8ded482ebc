// What is found in texts as operators pasted them into public trackers: each has a class that a reader gave it, which
// says in plain words what happened. The texts lie beside the source tree where there are any; nothing here knows one.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "crashtext/detector.h"
#include "crashtext/pattern.h"

namespace inquest::crashtext {
namespace {

namespace fs = std::filesystem;

const std::string kWild = INQUEST_SOURCE_DIR "/../shared/corpora/wild";
const std::string kChromeOs = INQUEST_SOURCE_DIR "/../shared/corpora/chromeos";

// What reports of a class look like: their types, and beginnings of their titles where the type says less.
struct Meaning {
  std::string_view word;  // the class, or how it begins
  std::vector<std::string_view> types;
  std::vector<std::string_view> titles;
};

const std::vector<Meaning>& meanings() {
  static const std::vector<Meaning> table = {
      {"zfs-", {"ZFS-PANIC", "ZFS-SUSPENDED"}, {}},
      {"nvidia-gpu-fallen-off-bus", {"GPU-LOST"}, {}},
      {"nvidia-xid", {"GPU-XID", "GPU-LOST"}, {}},
      {"amdgpu-ring-timeout", {"GPU-HANG"}, {}},
      {"i915-gpu-hang", {"GPU-HANG"}, {}},
      {"nvme-io-timeout", {"NVME-TIMEOUT", "NVME-DOWN"}, {}},
      {"nic-pcie-link-lost", {"NIC-LOST"}, {}},
      {"nic-", {"NIC-HANG", "NIC-FIRMWARE"}, {}},
      {"netdev-watchdog", {"NIC-HANG"}, {"WARNING in"}},
      {"hard-lockup", {"HARD-LOCKUP"}, {"kernel panic: Hard LOCKUP"}},
      {"pstore-hardlockup", {"HARD-LOCKUP"}, {"kernel panic: Hard LOCKUP"}},
      {"soft-lockup", {}, {"BUG: soft lockup"}},
      {"pstore-softlockup", {}, {"BUG: soft lockup"}},
      {"panic-soft-lockup", {}, {"BUG: soft lockup", "kernel panic: softlockup"}},
      {"rcu-stall", {}, {"INFO: rcu detected stall"}},
      {"hung-task", {}, {"INFO: task hung"}},
      {"pstore-task", {}, {"INFO: task hung", "kernel panic: hung_task"}},
      {"pstore-serror", {}, {"kernel panic: Asynchronous SError", "Internal error"}},
      {"nmi-hardware", {"HW-NMI"}, {"kernel panic: An NMI occurred", "kernel panic: NMI"}},
      {"panic-init-killed", {}, {"kernel panic: Attempted to kill init"}},
      {"panic-vfs-root", {"BOOT-NO-ROOT"}, {"kernel panic: VFS"}},
      {"panic-fatal-exception", {}, {"kernel panic: Fatal exception"}},
      {"panic-oom", {"OOM-KILL"}, {"kernel panic: System is deadlocked", "kernel panic: Out of memory"}},
      {"oom-kill", {"OOM-KILL"}, {}},
      {"pcie-aer-uncorrected", {"PCIE-AER"}, {}},
      {"pcie-aer-corrected", {"PCIE-AER-CORRECTED"}, {}},
      {"edac-ce", {"HW-EDAC-CE"}, {}},
      {"edac-ue", {"HW-EDAC-UE"}, {}},
      {"mce-fatal-previous-boot-record", {"HW-MCE", "HW-RESET-REASON", "HW-BERT"}, {}},
      {"mce-corrected", {"HW-MCE-CORRECTED"}, {}},
      {"apei-fatal-hardware-error", {"HW-APEI"}, {"kernel panic: Fatal hardware error"}},
      {"thermal-critical", {"THERMAL-SHUTDOWN"}, {}},
      {"thermal-throttle", {"THERMAL-THROTTLE"}, {}},
      {"iommu-fault", {"IOMMU-FAULT", "IOMMU-TIMEOUT"}, {}},
      {"vfio-", {"VFIO-RESET", "PCIE-DEVICE-LOST"}, {}},
      {"pci-device-inaccessible", {"PCIE-DEVICE-LOST", "GPU-LOST"}, {}},
      {"ata-exception", {"ATA-ERROR"}, {}},
      {"scsi-medium-error", {"SCSI-ERROR", "BLOCK-ERROR"}, {}},
      {"md-raid-error", {"MD-ERROR"}, {}},
      {"fs-xfs", {"FS-XFS", "FS-XFS-SHUTDOWN"}, {}},
      {"fs-ext4", {"FS-EXT4"}, {}},
      {"fs-btrfs", {"FS-BTRFS"}, {}},
      {"ceph-rbd-hang", {"CEPH-LOST"}, {"INFO: task hung"}},
      {"drbd-", {"DRBD-NETWORK", "DRBD-SPLIT-BRAIN"}, {}},
      {"cluster-membership-loss", {"CLUSTER-LOST", "CLUSTER-FENCE"}, {}},
      {"watchdog-fence", {"CLUSTER-FENCE", "WATCHDOG-RESET"}, {}},
      {"xen-domain-crash", {"XEN-DOMAIN-CRASH"}, {}},
      {"unregister-netdevice", {}, {"unregister_netdevice"}},
      {"divide-error", {}, {"divide error in"}},
      {"bad-page", {}, {"BUG: Bad page"}},
      {"kernel-bug-list-corruption", {}, {"BUG: corrupted list", "kernel BUG"}},
      {"warning", {"WARNING"}, {"WARNING"}},
      {"oops-int3", {}, {"int3 in"}},
      {"oops-null-deref", {"NULL-POINTER-DEREFERENCE"}, {}},
      {"oops-page-fault", {}, {"BUG: unable to handle kernel"}},
      {"bcache-oops", {"BCACHE-ERROR"}, {"BUG: unable to handle kernel"}},
      {"kdump-vmcore-dmesg", {}, {"BUG: ", "kernel BUG", "kernel panic", "general protection fault"}},
      {"pstore-erst-dump", {"PSTORE-RECORD"}, {"BUG: ", "kernel BUG", "kernel panic", "general protection fault"}},
  };
  return table;
}

bool means(const Meaning& meaning, const Report& report) {
  const auto begins = [&](std::string_view title) { return report.title.starts_with(title); };
  return std::ranges::find(meaning.types, report.type) != meaning.types.end() ||
         std::ranges::any_of(meaning.titles, begins);
}

// The report that a reader would name first: the gravest, and the first of those.
const Report& gravest(const std::vector<Report>& reports) {
  const auto grade = [](const Report& report) {
    return report.panicked ? Severity::Fatal : severity_of_type(report.type);
  };
  return *std::ranges::min_element(reports, {}, grade);
}

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<fs::path> files_in(const std::string& folder) {
  std::vector<fs::path> out;
  for (const auto& entry : fs::directory_iterator(folder)) out.push_back(entry.path());
  std::ranges::sort(out);
  return out;
}

TEST(WildCrash, IsOfTheClassThatAReaderGaveIt) {
  if (!fs::exists(kWild)) GTEST_SKIP() << "no collection of texts as operators pasted them lies beside the source tree";
  int texts = 0;
  int right = 0;
  int among = 0;
  for (const fs::path& path : files_in(kWild)) {
    const std::string text = read_file(path);
    const size_t head = text.find("\n---\n");
    const size_t label = text.find("\nCLASS: ");
    if (head == std::string::npos || label > head) continue;
    const std::string word = text.substr(label + 8, text.find('\n', label + 1) - label - 8);
    const auto meaning =
        std::ranges::find_if(meanings(), [&](const Meaning& one) { return word.starts_with(one.word); });
    ASSERT_NE(meaning, meanings().end()) << "nothing says what the class " << word << " means";
    ++texts;
    const std::vector<Report> reports = find_reports(std::string_view(text).substr(head + 5));
    if (std::ranges::any_of(reports, [&](const Report& report) { return means(*meaning, report); })) ++among;
    if (!reports.empty() && means(*meaning, gravest(reports))) {
      ++right;
    } else {
      fmt::print("{}: {}, not {}\n", path.filename().string(), reports.empty() ? "nothing" : gravest(reports).title,
                 word);
    }
  }
  ASSERT_GT(texts, 0);
  fmt::print("wild: {} of {} right ({:.1f} %), {} among other reports\n", right, texts, 100.0 * right / texts, among);
  EXPECT_GE(right * 100, texts * 90);
}

// The names of these captures say what was provoked.
TEST(WildCrash, IsFoundInConsoleCapturesOfChromeOs) {
  if (!fs::exists(kChromeOs)) GTEST_SKIP() << "no console captures of ChromeOS lie beside the source tree";
  const std::vector<std::pair<std::string_view, std::string_view>> provoked = {
      {"HARDLOCKUP", "BUG: hard lockup"},
      {"SOFTLOCKUP", "BUG: soft lockup"},
      {"HUNG_TASK", "INFO: task hung"},
      {"SERROR", "kernel panic: Asynchronous SError"},
      {"KASAN", "KASAN: "},
      {"KFENCE", "KFENCE: "},
      {"SUSPICIOUS_RCU", "WARNING: suspicious RCU usage"},
      {"LOCKDEBUG", "possible deadlock"},
      {"WARN", "WARNING"},
  };
  for (const fs::path& path : files_in(kChromeOs)) {
    const std::string name = path.filename();
    const auto kind =
        std::ranges::find_if(provoked, [&](const auto& one) { return name.find(one.first) != std::string::npos; });
    ASSERT_NE(kind, provoked.end()) << name;
    const std::vector<Report> reports = find_reports(read_file(path));
    ASSERT_FALSE(reports.empty()) << name;
    EXPECT_TRUE(reports.front().title.starts_with(kind->second)) << name << ": " << reports.front().title;
    EXPECT_TRUE(reports.front().root) << name;
  }
}

}  // namespace
}  // namespace inquest::crashtext
