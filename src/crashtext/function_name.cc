#include "crashtext/function_name.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "crashtext/rust_name.h"
#include "crashtext/scan.h"

namespace inquest::crashtext {
namespace {

constexpr auto kSyscallPrefixes = std::to_array<std::string_view>({
    "__x64_compat_sys_",
    "__ia32_compat_sys_",
    "__arm64_compat_sys_",
    "__s390_compat_sys_",
    "__se_compat_sys_",
    "__do_compat_sys_",
    "__x64_sys_",
    "__ia32_sys_",
    "__arm64_sys_",
    "__s390x_sys_",
    "__s390_sys_",
    "__riscv_sys_",
    "__powerpc_sys_",
    "__loongarch_sys_",
    "__se_sys_",
    "__do_sys_",
    "SyS_",
    "SYSC_",
    "C_SYSC_",
    "compat_SyS_",
    "compat_SYSC_",
    "ksys_",
});

// Each with what it belongs to, so that a stranger sees why it is here.
constexpr auto kPrefixes = std::to_array<std::string_view>({
    // printing, dying
    "dump_stack",
    "dump_backtrace",
    "show_stack",
    "show_regs",
    "show_trace",
    "print_address_description",
    "print_report",
    "printk",
    "vprintk",
    "_printk",
    "panic",
    "__warn",
    "warn_slowpath",
    "report_bug",
    "fixup_bug",
    "handle_bug",
    "oops_",
    "__die",
    "die",
    "do_exit",
    "make_task_dead",
    "bust_spinlocks",
    "crash_kexec",
    "__crash_kexec",
    "machine_kexec",
    "nmi_panic",
    "vpanic",
    "core::panicking::",
    "__rustc::",
    "rust_begin_unwind",
    "rust_helper_",
    // exception entry
    "asm_exc_",
    "exc_",
    "asm_sysvec_",
    "asm_common_interrupt",
    "error_entry",
    "do_error_trap",
    "do_trap",
    "do_invalid_op",
    "invalid_op",
    "general_protection",
    "do_general_protection",
    "page_fault",
    "do_page_fault",
    "__do_page_fault",
    "async_page_fault",
    "bad_area",
    "__bad_area",
    "no_context",
    "page_fault_oops",
    "kernelmode_fixup",
    "do_kern_addr_fault",
    "do_user_addr_fault",
    "mm_fault_error",
    "do_divide_error",
    "divide_error",
    "double_fault",
    "do_double_fault",
    "el0_",
    "el1_",
    "el1h_",
    "do_mem_abort",
    "do_translation_fault",
    "__do_kernel_fault",
    "do_bad_area",
    "do_debug_exception",
    "brk_handler",
    "bug_handler",
    "call_break_hook",
    "do_undefinstr",
    "handle_exception",
    "unwind_backtrace",
    "backtrace",
    "__dabt_",
    "__und_",
    "do_DataAbort",
    "handle_page_fault",
    "bug_handler",
    "program_check",
    "trap_",
    "notify_die",
    "unhandled_fault",
    "restore_regs_and",
    "error_code",
    "common_exception",
    // sanitisers, debugging
    "kasan_",
    "__kasan_",
    "__asan_",
    "asan_",
    "check_memory_region",
    "end_report",
    "kmsan_",
    "__msan_",
    "kcsan_",
    "__tsan_",
    "kfence_",
    "ubsan_",
    "__ubsan_",
    "check_bytes_and_report",
    "object_err",
    "slab_err",
    "slab_bug",
    "print_trailer",
    "debug_print_object",
    "debug_object_",
    "debug_check_no_obj",
    "__debug_check_no_obj",
    "refcount_",
    "kobject_get",
    "kref_",
    "usercopy_",
    "__check_object_size",
    "check_heap_object",
    "fortify_panic",
    "__fortify_panic",
    "__stack_chk_fail",
    "lockdep_",
    "print_circular",
    "print_deadlock",
    "print_usage_bug",
    "validate_chain",
    "__lock_acquire",
    "lock_acquire",
    "lock_release",
    "check_noncircular",
    "mark_lock",
    "check_prev",
    "check_deadlock",
    "__might_",
    "might_",
    "___might",
    "__schedule_bug",
    "trace_hardirqs",
    // watchdogs, NMI, stalls
    "watchdog",
    "nmi_",
    "default_do_nmi",
    "do_nmi",
    "end_repeat_nmi",
    "first_nmi",
    "perf_event_nmi",
    "rcu_check",
    "rcu_sched_clock",
    "rcu_dump",
    "print_cpu_stall",
    "print_other_cpu",
    "rcu_pending",
    "update_process_times",
    "tick_",
    "__hrtimer_run",
    "hrtimer_interrupt",
    "hrtimer_run",
    "local_apic_timer",
    "smp_apic_timer",
    "__sysvec_apic",
    "sysvec_",
    "apic_timer",
    "arch_trigger",
    "trigger_",
    "sched_show_task",
    "softlockup",
    "is_softlockup",
    "check_hung",
    "khungtaskd",
    "check_cpu_stall",
    "kthread_",
    "dump_cpu_task",
    // locks, waiting, scheduling
    "_raw_",
    "__raw_",
    "raw_spin",
    "_spin_",
    "do_raw_",
    "native_queued_",
    "queued_",
    "pv_",
    "__pv_",
    "spin_",
    "mutex_",
    "__mutex_",
    "rt_mutex",
    "__rt_mutex",
    "rwsem_",
    "down_",
    "__down",
    "up_",
    "ww_mutex",
    "schedule",
    "__schedule",
    "preempt_schedule",
    "io_schedule",
    "wait_",
    "__wait_",
    "out_of_line_wait",
    "bit_wait",
    "prepare_to_wait",
    "__switch_to",
    "context_switch",
    "synchronize_",
    "__synchronize_",
    "percpu_down",
    "percpu_rwsem",
    "jbd2_log_wait",
    "smp_call_function",
    "on_each_cpu",
    "csd_lock",
    "__flush_work",
    "flush_work",
    "flush_workqueue",
    "lock_sock_nested",
    "__lock_sock",
    "cv_wait",
    "__cv_",
    "spl_panic",
    "spl_dumpstack",
    "do_task_dead",
    "cond_resched",
    "__cond_resched",
    // helpers through which a caller's mistake shows
    "memcpy",
    "__memcpy",
    "memset",
    "__memset",
    "memmove",
    "__memmove",
    "memcmp",
    "strlen",
    "strcmp",
    "strncmp",
    "strcpy",
    "strscpy",
    "strnlen",
    "copy_from_user",
    "copy_to_user",
    "_copy_",
    "__copy_",
    "raw_copy",
    "copy_user_",
    "__arch_copy",
    "rep_movs",
    "rep_stos",
    "__list_",
    "list_",
    "hlist_",
    "llist_",
    "rb_",
    "__rb_",
    "kfree",
    "__kfree",
    "kmem_cache_",
    "__kmem_cache",
    "kmalloc",
    "__kmalloc",
    "slab_",
    "__slab",
    "___slab",
    "cache_alloc",
    "vfree",
    "__vmalloc",
    "kvmalloc",
    "kvfree",
    "krealloc",
    "__alloc_pages",
    "alloc_pages",
    "__free_pages",
    "free_pages",
    "string",
    "vsnprintf",
    "do_csum",
    "_find_",
    "find_next",
    "__bitmap",
    "native_write_msr",
    "native_read_msr",
});

constexpr auto kNames = std::to_array<std::string_view>({
    "__warn",
    "panic",
    "die",
    "oops_end",
    "dump_stack",
    "nmi",
    "error_exit",
    "__x86_indirect_thunk_rax",
    "__sanitizer_cov_trace_pc",
    "kthread",
    "ret_from_fork",
    "ret_from_fork_asm",
    "entry_SYSCALL_64",
    "entry_SYSCALL_64_after_hwframe",
    "do_syscall_64",
    "do_syscall_x64",
    "irq_exit",
    "irq_exit_rcu",
    "__irq_exit_rcu",
    "kernel_init",
    "start_thread",
    "invoke_syscall",
    "system_call_fastpath",
    "ret_from_exception",
});

bool digits(std::string_view text) { return !text.empty() && std::ranges::all_of(text, Scan::digit); }

// The tables are in an order for readers; what is asked for every frame needs another one.
template <size_t N>
constexpr std::array<std::string_view, N> sorted(std::array<std::string_view, N> table) {
  std::ranges::sort(table);
  return table;
}
constexpr auto kSortedNames = sorted(kNames);
constexpr auto kSortedPrefixes = sorted(kPrefixes);

constexpr char first_letter(std::string_view prefix) { return prefix.front(); }

}  // namespace

std::string_view without_suffix(std::string_view function) {
  if (function.size() > 1 && function.front() == '.') function.remove_prefix(1);
  constexpr auto kSuffixes =
      std::to_array<std::string_view>({".isra", ".constprop", ".part", ".cold", ".llvm", ".lto_priv", ".cfi_jt", ".cfi",
                                       ".localalias", ".ipa_ra", ".clone", ".warm", ".hot", ".unlikely", ".__uniq"});
  while (true) {
    const size_t dot = function.rfind('.');
    if (dot == std::string_view::npos || dot == 0) break;
    const std::string_view last = function.substr(dot);
    if (!digits(last.substr(1)) && std::ranges::find(kSuffixes, last) == kSuffixes.end()) break;
    function = function.substr(0, dot);
  }
  if (const size_t hash = function.find('$'); hash != std::string_view::npos && hash > 0)
    function = function.substr(0, hash);  // clang's LTO
  return function;
}

std::string canonical_function(std::string_view function) {
  if (auto name = demangle_rust(function)) return std::move(*name);
  function = without_suffix(function);
  for (const std::string_view prefix : kSyscallPrefixes) {
    if (function.starts_with(prefix) && function.size() > prefix.size())
      return fmt::format("sys_{}", function.substr(prefix.size()));
  }
  return std::string(function);
}

bool is_machinery(std::string_view function) {
  if (function.empty()) return false;
  const auto begins = [&](std::string_view prefix) { return function.starts_with(prefix); };
  return std::ranges::binary_search(kSortedNames, function) ||
         std::ranges::any_of(std::ranges::equal_range(kSortedPrefixes, function.front(), {}, first_letter), begins);
}

}  // namespace inquest::crashtext
