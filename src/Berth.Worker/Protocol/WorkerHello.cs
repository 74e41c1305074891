namespace Berth.Worker.Protocol;

/// <summary>The host's first and only line on the worker's standard input: what to run. Whatever is secret is here, and never in arguments or environment.</summary>
internal sealed record WorkerHello
{
    /// <summary><see cref="WorkerProtocol.Version"/> of the host.</summary>
    public required int Protocol { get; init; }

    /// <summary>The host's version, for people.</summary>
    public required string HostVersion { get; init; }

    /// <summary>Names the worker when it calls the host.</summary>
    public required string Token { get; init; }

    /// <summary>The host's Unix socket, as the worker sees it.</summary>
    public required string Broker { get; init; }

    /// <summary>The Unix socket of the host's proxy for outgoing HTTP, as the worker sees it; <see langword="null"/>: there is no way out.</summary>
    public string? NetworkProxy { get; init; }

    public required string Slug { get; init; }

    public required string Version { get; init; }

    /// <summary>The version's folder, as the worker sees it.</summary>
    public required string Directory { get; init; }

    /// <summary>The manifest's <c>module.assembly</c>.</summary>
    public required string Assembly { get; init; }

    /// <summary>The manifest's <c>module.lifecycleManager</c>.</summary>
    public string? LifecycleManager { get; init; }

    /// <summary>Contract assemblies of other plugins that this one was compiled against, as the worker sees them.</summary>
    public IReadOnlyList<string> Contracts { get; init; } = [];

    /// <summary>Guards of the manifest that are classes of the plugin, by name.</summary>
    public IReadOnlyDictionary<string, string> Guards { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Guards of the manifest that other plugins decide.</summary>
    public IReadOnlyList<string> ExternalGuards { get; init; } = [];

    /// <summary>Services of the manifest: contract (or <see langword="null"/>) by token.</summary>
    public IReadOnlyDictionary<string, string?> Services { get; init; } = new Dictionary<string, string?>(StringComparer.Ordinal);

    /// <summary>What the version declares and its trust level permits.</summary>
    public IReadOnlyList<string> Capabilities { get; init; } = [];

    /// <summary>The least level of the log that the host keeps (<c>Microsoft.Extensions.Logging.LogLevel</c>).</summary>
    public int LogLevel { get; init; } = 2;

    /// <summary>What the worker takes from itself before it loads the plugin.</summary>
    public WorkerHardening Hardening { get; init; } = new();
}

/// <summary>The part of a <see cref="WorkerHello"/> that has the same form in every version of the protocol.</summary>
internal sealed record WorkerGreeting(int Protocol, string? HostVersion);

/// <summary>What a worker takes from itself before it loads any code of the plugin. What cannot be taken ends it.</summary>
internal sealed record WorkerHardening
{
    /// <summary>Whether the worker puts a system call filter over itself.</summary>
    public bool SystemCallFilter { get; init; }

    /// <summary>Whether the filter lets sockets of the internet families through; without it Unix sockets alone.</summary>
    public bool AllowInternetSockets { get; init; }

    /// <summary>Whether the filter lets new processes through.</summary>
    public bool AllowProcesses { get; init; }

    /// <summary>Whether the filter lets the process become another program, and still make no new one: for a filter that is put over it from outside.</summary>
    public bool AllowExecution { get; init; }

    /// <summary>Most open files; <see langword="null"/>: as inherited.</summary>
    public long? OpenFiles { get; init; }

    /// <summary>Most threads and processes of its user; <see langword="null"/>: as inherited.</summary>
    public long? Processes { get; init; }

    /// <summary>Most bytes of private data (RLIMIT_DATA), a cap for native memory; <see langword="null"/>: as inherited.</summary>
    public long? DataBytes { get; init; }

    /// <summary>Most bytes of one file that it writes; a write beyond fails. <see langword="null"/>: as inherited.</summary>
    public long? FileBytes { get; init; }

    /// <summary>Whether the files of the machine have to be closed to it: it was started to confine itself, and does not go on without.</summary>
    public bool ConfinedFiles { get; init; }

    /// <summary>The process that has to be its parent, where the host starts it without anything in between.</summary>
    public int? ParentProcess { get; init; }
}
