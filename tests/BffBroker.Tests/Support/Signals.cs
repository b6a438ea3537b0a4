using System.Diagnostics;
using System.Runtime.InteropServices;

namespace BffBroker.Tests.Support;

/// <summary>Real signals to the tests' own processes.</summary>
internal static partial class Signals
{
    private static readonly (int Stop, int Continue) Numbers = OperatingSystem.IsMacOS() ? (17, 19) : (19, 18);

    /// <summary>SIGSTOP: the process hangs, its connections stay.</summary>
    public static void Stop(Process process) => Assert.Equal(0, Kill(process.Id, Numbers.Stop));

    /// <summary>SIGCONT.</summary>
    public static void Continue(Process process) => Assert.Equal(0, Kill(process.Id, Numbers.Continue));

    /// <summary>SIGTERM: please end.</summary>
    public static void Terminate(Process process) => Assert.Equal(0, Kill(process.Id, 15));

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}
