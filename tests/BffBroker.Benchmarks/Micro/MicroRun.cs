using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace BffBroker.Benchmarks.Micro;

/// <summary>The verb <c>micro</c>: processor time and allocations of what the broker does itself.</summary>
internal static class MicroRun
{
    public static int Run(bool isSmoke)
    {
        var job = (isSmoke ? Job.Dry : Job.ShortRun).WithToolchain(InProcessEmitToolchain.Instance);
        var config = DefaultConfig.Instance.AddJob(job).WithArtifactsPath(Path.Combine(AppContext.BaseDirectory, "artifacts"));

        // A smoke test takes what was built with it, optimized or not.
        var summary = BenchmarkRunner.Run<HotPath>(isSmoke ? config.WithOptions(ConfigOptions.DisableOptimizationsValidator) : config);
        return summary.HasCriticalValidationErrors || summary.Reports.Length == 0 || summary.Reports.Any(report => !report.Success) ? 1 : 0;
    }
}
