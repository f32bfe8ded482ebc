#include "vmcore/known_globals.h"

#include <algorithm>
#include <array>

namespace inquest::vmcore {
namespace {

struct Global {
  std::string_view name, type;
};

// From the declarations of v4.18 to v6.16.
constexpr std::array kGlobals = {
    Global{"__cpu_active_mask", "struct cpumask"},
    Global{"__cpu_online_mask", "struct cpumask"},
    Global{"__cpu_possible_mask", "struct cpumask"},
    Global{"__cpu_present_mask", "struct cpumask"},
    Global{"__per_cpu_offset", "unsigned long []"},
    Global{"_totalram_pages", "atomic_long_t"},
    Global{"avenrun", "unsigned long [3]"},
    Global{"boot_command_line", "char [2048]"},
    Global{"boot_cpu_data", "struct cpuinfo_x86"},
    Global{"bdi_list", "struct list_head"},
    Global{"btf_modules", "struct list_head"},
    Global{"cgrp_dfl_root", "struct cgroup_root"},
    Global{"cgroup_roots", "struct list_head"},
    Global{"console_printk", "int [4]"},
    Global{"console_sem", "struct semaphore"},
    Global{"contig_page_data", "struct pglist_data"},
    Global{"crashing_cpu", "int"},
    Global{"curr_clocksource", "struct clocksource *"},
    Global{"file_systems", "struct file_system_type *"},
    Global{"high_memory", "void *"},
    Global{"init_cred", "struct cred"},
    Global{"init_files", "struct files_struct"},
    Global{"init_fs", "struct fs_struct"},
    Global{"init_ipc_ns", "struct ipc_namespace"},
    Global{"init_mm", "struct mm_struct"},
    Global{"init_net", "struct net"},
    Global{"init_nsproxy", "struct nsproxy"},
    Global{"init_pid_ns", "struct pid_namespace"},
    Global{"init_task", "struct task_struct"},
    Global{"init_user_ns", "struct user_namespace"},
    Global{"init_uts_ns", "struct uts_namespace"},
    Global{"iomem_resource", "struct resource"},
    Global{"ioport_resource", "struct resource"},
    Global{"jiffies", "unsigned long"},
    Global{"jiffies_64", "unsigned long"},
    Global{"log_buf", "char *"},
    Global{"log_buf_len", "unsigned int"},
    Global{"max_low_pfn", "unsigned long"},
    Global{"max_pfn", "unsigned long"},
    Global{"mem_section", "struct mem_section **"},
    Global{"min_free_kbytes", "int"},
    Global{"modules", "struct list_head"},
    Global{"net_namespace_list", "struct list_head"},
    Global{"node_data", "struct pglist_data *[]"},
    Global{"nr_cpu_ids", "unsigned int"},
    Global{"nr_swap_pages", "atomic_long_t"},
    Global{"nr_swapfiles", "unsigned int"},
    Global{"nr_threads", "int"},
    Global{"oops_in_progress", "int"},
    Global{"page_offset_base", "unsigned long"},
    Global{"panic_cpu", "atomic_t"},
    Global{"panic_on_oops", "int"},
    Global{"panic_on_warn", "int"},
    Global{"panic_print", "unsigned long"},
    Global{"panic_timeout", "int"},
    Global{"pci_root_buses", "struct list_head"},
    Global{"phys_base", "unsigned long"},
    Global{"pid_max", "int"},
    Global{"prb", "struct printk_ringbuffer *"},
    Global{"rcu_state", "struct rcu_state"},
    Global{"root_mem_cgroup", "struct mem_cgroup *"},
    Global{"root_task_group", "struct task_group"},
    Global{"saved_command_line", "char *"},
    Global{"slab_caches", "struct list_head"},
    Global{"slab_mutex", "struct mutex"},
    Global{"softlockup_panic", "unsigned int"},
    Global{"super_blocks", "struct list_head"},
    Global{"swap_info", "struct swap_info_struct *[]"},
    Global{"swapper_spaces", "struct address_space *[]"},
    Global{"sysctl_hung_task_panic", "unsigned int"},
    Global{"sysctl_hung_task_timeout_secs", "unsigned long"},
    Global{"sysctl_oom_kill_allocating_task", "int"},
    Global{"sysctl_overcommit_memory", "int"},
    Global{"sysctl_overcommit_ratio", "int"},
    Global{"sysctl_panic_on_oom", "int"},
    Global{"system_state", "enum system_states"},
    Global{"system_unbound_wq", "struct workqueue_struct *"},
    Global{"system_wq", "struct workqueue_struct *"},
    Global{"sysctl_max_threads", "int"},
    Global{"tainted_mask", "unsigned long"},
    Global{"tasklist_lock", "rwlock_t"},
    Global{"tk_core", "struct tk_data"},
    Global{"total_forks", "unsigned long"},
    Global{"totalreserve_pages", "unsigned long"},
    Global{"vm_node_stat", "atomic_long_t []"},
    Global{"vm_zone_stat", "atomic_long_t []"},
    Global{"vmalloc_base", "unsigned long"},
    Global{"vmap_area_list", "struct list_head"},
    Global{"vmap_area_root", "struct rb_root"},
    Global{"vmemmap_base", "unsigned long"},
    Global{"watchdog_thresh", "int"},
    Global{"workqueues", "struct list_head"},
};

}  // namespace

std::optional<std::string_view> known_global_type(std::string_view name) {
  const auto* const found = std::ranges::find(kGlobals, name, &Global::name);
  return found == kGlobals.end() ? std::nullopt : std::optional(found->type);
}

}  // namespace inquest::vmcore
