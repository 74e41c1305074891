using static Berth.Packaging.Enforcement.EnforcementKind;
using Known = Berth.Capabilities;

namespace Berth.Packaging.Enforcement;

/// <summary>
/// All capabilities with what they give and what enforces them at each isolation level: the one place that the registry's answer, the
/// command line and the documentation are made from. Tests try what it claims.
/// </summary>
public static class CapabilityCatalogue
{
    private const string NotEvenGranted = "Not possible there even when it is granted.";
    private const string NotPastTheHost = "Not possible there past the host, even when it is granted.";

    private static readonly string[] WorkerLevels = ["process", "sandbox", "container"];

    /// <summary>All of them, in the order of the documentation.</summary>
    public static IReadOnlyList<CapabilityEntry> All { get; } =
    [
        Of(Known.HttpClient, "Requests with the injected HttpClient, to the hosts that the manifest names and the host's rules permit.", [Broker, Scan], Everywhere([Kernel, Broker]), new([Kernel, Broker], "By fetch.")),
        Of(Known.WebSocket, "WebSockets whose handshake the injected HttpClient makes, to the same hosts.", [Broker, Scan], Everywhere([Kernel, Broker]), new([Kernel, NotOffered])),
        Of("network:tcp-server", "Listening on a TCP port of the host's machine.", [Scan], Everywhere([Kernel], NotEvenGranted), new([Kernel, NotOffered])),
        Of("network:raw-socket", "Sockets of any kind.", [Scan], Everywhere([Kernel], NotEvenGranted), new([Kernel, NotOffered])),
        Of("filesystem:read-config", "Reading the files of its own package (IPluginContext.Directory).", [Scan], Everywhere([Nothing], "Its own files are what it is loaded from."), new([Kernel, NotOffered])),
        Of("filesystem:read-data", "IPluginFiles: reading in the folders that the administrator offers (BERTH_PLUGIN_FOLDERS). In the host's own process any other file that the host can read, too.", [Broker, Scan],
            [new("process", [Kernel, Broker], "Past the host the server-side files of other plugins, where the kernel has Landlock. Elsewhere what is readable to everybody, and where the host is not root, whatever the host can read."), .. Everywhere([Kernel, Broker], NotPastTheHost).Skip(1)], new([Kernel, NotOffered])),
        Of("filesystem:write-temp", "Writing files in its temporary folder (Path.GetTempPath).", [Scan], Everywhere([Nothing], "The folder is its own, and what it takes is bounded."), new([Kernel, NotOffered])),
        Of("filesystem:write-data", "IPluginFiles: writing and deleting in those of the folders that are offered for it. In the host's own process any other file that the host can write, too.", [Broker, Scan],
            [new("process", [Kernel, Broker], "Past the host nothing, where the kernel has Landlock. Elsewhere folders that everybody may write to, and where the host is not root, whatever the host can write."), .. Everywhere([Kernel, Broker], NotPastTheHost).Skip(1)], new([Kernel, NotOffered])),
        Of("process:spawn-child", "IPluginProcesses: running the programs that the administrator offers (BERTH_PLUGIN_PROGRAMS), each in a sandbox of its own. In the host's own process any other program, too.", [Broker, Scan],
            Everywhere([Kernel, Broker], NotPastTheHost), new([Kernel, NotOffered])),
        Of("process:access-env", "Reading environment variables.", [Scan], Everywhere([Broker], "The host gives a worker an environment of its own, with nothing of the host's in it."), new([Broker, NotOffered])),
        Of("process:signal-handling", "Handling signals of its own process, and sending them.", [Scan], Everywhere([Kernel], "To other processes. Signals of its own process are its own matter."), new([Kernel, NotOffered])),
        Of("database:read-only", "Nothing of Berth's: an author's word that a database is read.", [Scan], Databases(), new([Kernel, NotOffered])),
        Of("database:read-write", "Nothing of Berth's: an author's word that a database is written.", [Scan], Databases(), new([Kernel, NotOffered])),
        Of("database:admin", "Nothing of Berth's: an author's word that a database's schema is changed.", [Scan], Databases(), new([Kernel, NotOffered])),
        Of("api:internal-calls", "Services of other plugins that ask for it in crossPluginServices[].capabilities.", [Broker], Everywhere([Broker]), new([NotOffered])),
        Of("api:external-api", "Nothing by itself: an author's word on where requests go; network:http-client lets them go.", [Nothing], Everywhere([Nothing]), new([Nothing])),
        Of("api:user-data", "Services of other plugins that ask for it. The user's own documents of the plugin need no capability.", [Broker], Everywhere([Broker]), new([NotOffered])),
        Of("api:system-admin", "Services of other plugins that ask for it. Berth itself has no administration for plugins.", [Broker], Everywhere([Broker]), new([NotOffered])),
        Of("security:crypto-operations", "IPluginCrypto: texts sealed and signed with keys of the host that the plugin never sees.", [Broker, Scan], Everywhere([Broker], "The runtime's own cryptography, with the plugin's own keys, is nobody's secret and not kept from it."), new([NotOffered])),
        Of("security:user-auth", "Services of other plugins that ask for it. Berth has no way for plugins to sign users in.", [Broker, Scan], Everywhere([Broker]), new([NotOffered])),
        Of("security:token-management", "Services of other plugins that ask for it. Berth has no way for plugins to make or revoke tokens.", [Broker, Scan], Everywhere([Broker]), new([NotOffered])),
        Of("security:audit-read", "IPluginAudit: the calling user's own rows of the audit.", [Broker], Everywhere([Broker]), new([NotOffered])),
    ];

    /// <summary>The entry of a capability; <see langword="null"/> for a name that is none.</summary>
    public static CapabilityEntry? Find(string name) => All.FirstOrDefault(entry => string.Equals(entry.Capability.Name, name, StringComparison.Ordinal));

    private static CapabilityEntry Of(string name, string gives, EnforcementKind[] inProcess, IEnumerable<CapabilityEnforcement> workers, Vm vm) => new(
        Known.All.First(capability => string.Equals(capability.Name, name, StringComparison.Ordinal)), gives,
        [new("none", inProcess), .. workers, new("vm", vm.By, vm.Note)]);

    private static IEnumerable<CapabilityEnforcement> Everywhere(EnforcementKind[] by, string? note = null) => WorkerLevels.Select(level => new CapabilityEnforcement(level, by, note));

    private static IEnumerable<CapabilityEnforcement> Databases() =>
    [
        new("process", [Kernel], "No TCP, and files of others are closed to it; a database's Unix socket that everybody may open is not."),
        .. Everywhere([Kernel], NotEvenGranted).Skip(1),
    ];

    private sealed record Vm(EnforcementKind[] By, string? Note = null);
}
