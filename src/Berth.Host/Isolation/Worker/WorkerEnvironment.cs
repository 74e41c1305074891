using System.Globalization;

namespace Berth.Host.Isolation.Worker;

/// <summary>The whole environment of a worker: what its runtime needs, and nothing of the host's.</summary>
internal static class WorkerEnvironment
{
    private const long LeastHeap = 32L << 20;

    /// <summary>Native memory of the runtime itself: code, stacks, the loaded frameworks.</summary>
    private const long RuntimeShare = 64L << 20;

    private static readonly string[] CertificateFiles =
        ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem", "/etc/ssl/ca-bundle.pem"];

    /// <summary>The file with the machine's trusted authorities, if it has one.</summary>
    public static string? CertificateFile { get; } = CertificateFiles.FirstOrDefault(File.Exists);

    /// <summary>Makes it.</summary>
    /// <param name="limits">The worker's limits.</param>
    /// <param name="temporary">Its temporary folder.</param>
    public static IReadOnlyDictionary<string, string> Make(WorkerLimits limits, string temporary)
    {
        var environment = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            // No socket, no pipe and no signal through which somebody could look in, or the plugin could be made to dump memory.
            ["DOTNET_EnableDiagnostics"] = "0",
            // With it the runtime keeps code in a file in memory that its plugin could fill, and that counts for no limit of a process.
            ["DOTNET_EnableWriteXorExecute"] = "0",
            // Hexadecimal, as the runtime reads it.
            ["DOTNET_GCHeapHardLimit"] = $"0x{ManagedBytes(limits).ToString("X", CultureInfo.InvariantCulture)}",
            ["HOME"] = temporary,
            ["LANG"] = "C.UTF-8",
            ["PATH"] = "/usr/bin:/bin",
            ["TMPDIR"] = temporary,
        };
        if (CertificateFile is { } certificates)
            environment["SSL_CERT_FILE"] = certificates;
        return environment;
    }

    /// <summary>What of the memory the managed heap may take: it has to run out before the kernel ends the whole process.</summary>
    public static long ManagedBytes(WorkerLimits limits) => Math.Max(LeastHeap, limits.MemoryBytes - RuntimeShare);
}
