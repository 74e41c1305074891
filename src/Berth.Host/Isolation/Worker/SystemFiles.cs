using System.Runtime.InteropServices;

namespace Berth.Host.Isolation.Worker;

/// <summary>
/// The files of the machine that the runtime itself needs, each by name: the dynamic loader, the C and C++ libraries, OpenSSL,
/// the trusted authorities, the time zones. No program is among them.
/// </summary>
internal static class SystemFiles
{
    private static readonly string Machine = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "aarch64" : "x86_64";

    private static readonly string[] Folders =
        [$"/lib/{Machine}-linux-gnu", $"/usr/lib/{Machine}-linux-gnu", "/lib64", "/usr/lib64", "/lib", "/usr/lib"];

    private static readonly string[] Libraries =
    [
        "libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1", "libresolv.so.2", "libgcc_s.so.1", "libstdc++.so.6",
        "libz.so.1", "libzstd.so.1", "libssl.so.3", "libcrypto.so.3", "libssl.so.1.1", "libcrypto.so.1.1", $"libc.musl-{Machine}.so.1",
    ];

    /// <summary>At these places an executable looks for its loader, whatever the folders are called otherwise.</summary>
    private static readonly string[] Loaders = ["/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1", $"/lib/ld-musl-{Machine}.so.1"];

    private static readonly string[] Data = ["/usr/share/zoneinfo", "/etc/localtime"];

    private static readonly string[] RuntimeParts = ["dotnet", "host", "shared"];

    /// <summary>All that are there, for a worker of this runtime.</summary>
    public static IReadOnlyList<string> For(WorkerProgram program) =>
    [
        .. Loaders.Where(File.Exists),
        .. Libraries.Select(name => Folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists)).OfType<string>(),
        .. Data.Where(path => File.Exists(path) || Directory.Exists(path)),
        .. WorkerEnvironment.CertificateFile is { } certificates ? [certificates] : Array.Empty<string>(),
        .. RuntimeParts.Select(part => Path.Combine(program.Runtime.Folder, part)).Where(path => File.Exists(path) || Directory.Exists(path)),
        program.Folder,
    ];
}
