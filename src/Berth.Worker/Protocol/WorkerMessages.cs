namespace Berth.Worker.Protocol;

/// <summary>Worker to host, once: the plugin is configured, and this is what it has.</summary>
internal sealed record WorkerReady
{
    public required int Protocol { get; init; }

    public required string WorkerVersion { get; init; }

    /// <summary>Names of the guards that the plugin's code adds and its manifest does not name.</summary>
    public IReadOnlyList<string> AddedGuards { get; init; } = [];

    /// <summary>Names of its lifecycle hooks.</summary>
    public IReadOnlyList<string> Hooks { get; init; } = [];

    /// <summary>The services it offers.</summary>
    public IReadOnlyList<WorkerService> Services { get; init; } = [];

    public bool HasOwnLifecycleManager { get; init; }

    public bool HasHealthChecks { get; init; }

    /// <summary>Whether it serves <see cref="WorkerProtocol.StreamsDescriptor"/>.</summary>
    public bool HasStreams { get; init; }
}

/// <summary>A service of the plugin and the contract it was compiled against.</summary>
internal sealed record WorkerService(string Token, string Fingerprint, Berth.Contracts.ContractShape Shape);

/// <summary>Worker to host, instead of <see cref="WorkerReady"/>, and the answer to a start that failed: why the version cannot run.</summary>
internal sealed record WorkerFault(string Code, string Reason);

/// <summary>The user of a call.</summary>
/// <param name="Id">The user's id.</param>
/// <param name="Name">The display name.</param>
/// <param name="Roles">The roles in the application.</param>
/// <param name="Granted">The capabilities that the user granted.</param>
internal sealed record WorkerUser(string Id, string Name, IReadOnlyCollection<string> Roles, IReadOnlyCollection<string> Granted);

/// <summary>Why the plugin's code did not answer a request or a call.</summary>
/// <param name="Kind">One of <see cref="WorkerOutcomeKinds"/>.</param>
/// <param name="Reason">For people.</param>
internal sealed record WorkerOutcome(string Kind, string Reason)
{
    /// <summary>The capability, the service's token, or the event's name that it is about.</summary>
    public string? Subject { get; init; }

    /// <summary>A stable code, where the kind has several.</summary>
    public string? Code { get; init; }

    /// <summary>Of a service that failed: the contract's method.</summary>
    public string? Operation { get; init; }

    /// <summary>Of a service that failed: slug and version of who failed.</summary>
    public string? Provider { get; init; }

    /// <summary>The status of a bad request.</summary>
    public int Status { get; init; }
}

/// <summary>The kinds of <see cref="WorkerOutcome"/>.</summary>
internal static class WorkerOutcomeKinds
{
    public const string Allowed = "allowed";
    public const string NoEndpoint = "no_endpoint";
    public const string MethodNotAllowed = "method_not_allowed";
    public const string BadRequest = "bad_request";
    public const string Denied = "denied";
    public const string CapabilityDenied = "capability_denied";
    public const string ServiceRefused = "service_refused";
    public const string ServiceWithdrawn = "service_withdrawn";
    public const string ServiceFailed = "service_failed";
    public const string EventRefused = "event_refused";
    public const string MachineRefused = "machine_refused";
    public const string BadArgument = "bad_argument";
    public const string Cancelled = "cancelled";
    public const string Failed = "failed";
}

/// <summary>Host to worker: one user's installation.</summary>
internal sealed record WorkerInstallation(string Call, WorkerUser User, string Slug, string Version, string SettingsJson)
{
    /// <summary>What is imported.</summary>
    public WorkerExport? Old { get; init; }
}

/// <summary>A user's documents on their way.</summary>
internal sealed record WorkerExport(string Version, IReadOnlyList<WorkerDocument> Documents);

/// <summary>One document.</summary>
internal sealed record WorkerDocument(string Key, string Json);

/// <summary>Worker to host: what a check found.</summary>
internal sealed record WorkerCheck(bool IsHealthy, IReadOnlyList<string> Problems);

/// <summary>Host to worker: a question to one guard.</summary>
internal sealed record WorkerGuardQuestion
{
    public required string Call { get; init; }

    public required WorkerUser User { get; init; }

    public required string Plugin { get; init; }

    public required string PluginVersion { get; init; }

    public required string Method { get; init; }

    public required string Path { get; init; }

    public required string Route { get; init; }

    public IReadOnlyDictionary<string, string?> RouteValues { get; init; } = new Dictionary<string, string?>(StringComparer.Ordinal);

    public IReadOnlyCollection<string> Capabilities { get; init; } = [];
}

/// <summary>A guard's answer; all <see langword="null"/> when it gave none.</summary>
internal sealed record WorkerGuardAnswer(bool? IsAllowed, string? Reason);

/// <summary>Worker to host: the guards that an endpoint requires.</summary>
internal sealed record WorkerGuardRound(IReadOnlyList<string> Guards, string Method, string Path, string Route, IReadOnlyDictionary<string, string?> RouteValues);

/// <summary>Host to worker: a call that failed, for the plugin's hooks.</summary>
internal sealed record WorkerError(string Kind, string Call, string Reason, long Untold);

/// <summary>Worker to host: lines of the plugin's log.</summary>
internal sealed record WorkerLogLine(int Level, string Category, string Text, string? User);

/// <summary>Worker to host: a subscription.</summary>
internal sealed record WorkerSubscription(long Id, string Type, string? Slug, string? Name, string? DurableName);

/// <summary>Host to worker: an event for a subscription.</summary>
internal sealed record WorkerEvent(string Type, string DataJson, DateTimeOffset At, long? Number);

/// <summary>Worker to host: the contract that a consumer was compiled against; told once, named by its fingerprint from then on.</summary>
internal sealed record WorkerContract(string Fingerprint, Berth.Contracts.ContractShape Shape);

/// <summary>Host to worker: who could answer the calls of a service.</summary>
internal sealed record WorkerCandidate(string Slug, string Version, int Rank, bool IsOwn, string State, string Reason);

/// <summary>Worker to host: what the plugin's health checks say, each for itself.</summary>
internal sealed record WorkerHealth(IReadOnlyList<WorkerHealthEntry> Entries);

/// <summary>One check: its name, one of <c>Healthy</c>, <c>Degraded</c> and <c>Unhealthy</c>, and what it says.</summary>
internal sealed record WorkerHealthEntry(string Name, string Status, string? Description);

/// <summary>Worker to host: a background service of the plugin ended by itself, and why.</summary>
internal sealed record WorkerBackgroundLoss(string Service, string Reason);

/// <summary>Worker to host: work for the keys of a call's installation.</summary>
/// <param name="Work"><c>seal</c>, <c>open</c>, <c>sign</c> or <c>verify</c>.</param>
/// <param name="Text">What is sealed or opened, or the signature.</param>
/// <param name="Data">What is signed.</param>
internal sealed record WorkerCryptoQuestion(string Work, string? Text, byte[]? Data)
{
    public const string Seal = "seal";
    public const string Open = "open";
    public const string Sign = "sign";
    public const string Verify = "verify";
}

/// <summary>Host to worker: what came of it.</summary>
internal sealed record WorkerCryptoAnswer(string? Text, bool IsGood);

/// <summary>Worker to host: a program that is to be run.</summary>
/// <param name="Program">The name by which the administrator offers it.</param>
/// <param name="Arguments">As the program gets them.</param>
/// <param name="Input">Its standard input.</param>
internal sealed record WorkerProgramRun(string Program, IReadOnlyList<string> Arguments, byte[] Input)
{
    /// <summary>Bytes of the input.</summary>
    public const int MostInput = 8 << 20;

    private const int MostArgumentBytes = 128 << 10;

    /// <summary>Refuses what no program can be given: the same at both ends, because what is longer is no message of the protocol.</summary>
    /// <exception cref="ArgumentException">It is too long, or no text.</exception>
    public static void Judge(IReadOnlyList<string> arguments, ReadOnlyMemory<byte> input)
    {
        if (input.Length > MostInput)
            throw new ArgumentException($"A program is given up to {MostInput} bytes of input.", nameof(input));
        if (arguments.Any(argument => argument is null || argument.Contains('\0', StringComparison.Ordinal)))
            throw new ArgumentException("An argument is text without the character 0.", nameof(arguments));
        if (arguments.Sum(argument => (long)System.Text.Encoding.UTF8.GetByteCount(argument) + 1) > MostArgumentBytes)
            throw new ArgumentException($"Arguments have up to {MostArgumentBytes} bytes together. Give the rest as input.", nameof(arguments));
    }
}

/// <summary>How long what names a file may be: the same at both ends, because what is longer is no request line.</summary>
internal static class WorkerFileNames
{
    public const int LongestPathBytes = 1024;
    public const int LongestNameBytes = 255;

    /// <exception cref="ArgumentException">It is none.</exception>
    public static void JudgePath(string path)
    {
        if (path.Length == 0 || System.Text.Encoding.UTF8.GetByteCount(path) > LongestPathBytes)
            throw new ArgumentException($"A path has from 1 to {LongestPathBytes} bytes of UTF-8.", nameof(path));
    }

    /// <exception cref="ArgumentException">It is none.</exception>
    public static void JudgeAfter(string? after)
    {
        if (after is not null && System.Text.Encoding.UTF8.GetByteCount(after) > LongestNameBytes)
            throw new ArgumentException($"A page begins after a name, which has up to {LongestNameBytes} bytes of UTF-8.", nameof(after));
    }
}

/// <summary>Host to worker: how it ended.</summary>
internal sealed record WorkerProgramEnd(int ExitCode, byte[] Output, string Errors);
