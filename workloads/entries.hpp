// The entries of all workloads, each defined in its own source file. For catalog.cpp only.
#pragma once
#include "workloads/catalog.hpp"

namespace loopsteal {

// balanced/
WorkloadInfo spawn_many_local_entry();
WorkloadInfo spawn_many_remote_idle_entry();
WorkloadInfo spawn_many_remote_busy1_entry();
WorkloadInfo spawn_many_remote_busy2_entry();
WorkloadInfo yield_many_entry();
WorkloadInfo ping_pong_entry();
WorkloadInfo chained_spawn_entry();
WorkloadInfo fan_out_entry();
WorkloadInfo pipeline_entry();
WorkloadInfo fork_join_entry();
WorkloadInfo timers_entry();
WorkloadInfo echo_entry();
WorkloadInfo requests_entry();

// imbalanced/
WorkloadInfo skynet_entry();
WorkloadInfo nqueens_entry();
WorkloadInfo uts_entry();
WorkloadInfo hot_shard_entry();
WorkloadInfo bursts_entry();
WorkloadInfo blocker_entry();
WorkloadInfo mixed_entry();
WorkloadInfo dag_entry();

// script/
WorkloadInfo script_entry();

}  // namespace loopsteal
