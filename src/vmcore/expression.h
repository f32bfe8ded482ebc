// Expressions over the dead kernel's variables and memory, in C's words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "vmcore/kernel.h"
#include "vmcore/value.h"

namespace inquest::vmcore {

struct Evaluated {
  std::vector<Value> values;          // several where the expression goes along a list; may be none
  bool is_list = false;               // whether it does
  std::vector<std::string> problems;  // where a list could not be followed to its end
};

//     init_task.comm                                   members, [n], *, &, arithmetic and comparisons on integers
//     ((struct task_struct *)0xff1100008012c200)->mm->pgd
//     (struct mutex)cgroup_mutex                       a symbol of no known type is taken to be that, as in gdb
//     per_cpu(runqueues, 0).nr_running                 or runqueues:0; per_cpu(x, a) and x:a: of every CPU
//     list(modules, struct module, list)->name         a struct list_head's entries; what follows is done to each
//     hlist(head, struct x, member), rbtree(root, struct x, member), chain(first, struct x, next)
//     xarray(x, struct inode), maple(mm->mm_mt, struct vm_area_struct)
//     container_of(p, struct x, member), sizeof(struct page), offsetof(struct task_struct, mm), current
//
// `.` and `->` mean the same, as nobody wants to look up which it is. Hexadecimal digits that are no symbol and have 8
// places or more are an address even without 0x. Types of variables come from what the kernel carries (per-CPU ones),
// from debug information where it was added, from known_globals.h. Malformed, with the place, where the text is no
// expression; NotFound for names; else the error of the memory that could not be read. Assignments and calls are none.
Result<Evaluated> evaluate(Kernel& kernel, std::string_view text);

}  // namespace inquest::vmcore
