using Berth.Worker.Protocol;

namespace Berth.Host.Isolation.Worker.StandIns;

/// <summary>In the place of the plugin's own lifecycle manager.</summary>
internal sealed class RemoteLifecycleManager(WorkerSession session, WorkerConnection connection) : LifecycleManager
{
    // The version that exports is installed already: its publisher can mend the next one only.
    private const string LessToExport =
        "Remove documents of the plugin that you no longer need and try again; or ask an administrator: a version whose trust level runs in the host's own process has no such bound.";

    public override async Task InstallAsync(UserInstallation installation, CancellationToken cancellationToken)
    {
        using var call = Open(installation, cancellationToken);
        await connection.PostAsync("/lifecycle?name=install", Message(call, installation), ProtocolJson.Default.WorkerInstallation, cancellationToken);
    }

    public override async Task UninstallAsync(UserInstallation installation, CancellationToken cancellationToken)
    {
        using var call = Open(installation, cancellationToken);
        await connection.PostAsync("/lifecycle?name=uninstall", Message(call, installation), ProtocolJson.Default.WorkerInstallation, cancellationToken);
    }

    public override async Task<UserDataExport> ExportAsync(UserInstallation installation, CancellationToken cancellationToken)
    {
        using var call = Open(installation, cancellationToken);
        var export = await connection.AskAsync("/lifecycle?name=export", Message(call, installation), ProtocolJson.Default.WorkerInstallation, ProtocolJson.Default.WorkerExport, cancellationToken, LessToExport);
        return new UserDataExport(export.Version, [.. export.Documents.Select(document => KeyValuePair.Create(document.Key, document.Json))]);
    }

    public override async Task ImportAsync(UserInstallation installation, UserDataExport old, CancellationToken cancellationToken)
    {
        using var call = Open(installation, cancellationToken);
        var message = Message(call, installation) with { Old = new WorkerExport(old.Version, [.. old.Documents.Select(document => new WorkerDocument(document.Key, document.Value))]) };
        await connection.PostAsync("/lifecycle?name=import", message, ProtocolJson.Default.WorkerInstallation, cancellationToken);
    }

    public override async Task<CheckResult> CheckAsync(UserInstallation installation, CancellationToken cancellationToken)
    {
        using var call = Open(installation, cancellationToken);
        var check = await connection.AskAsync("/lifecycle?name=check", Message(call, installation), ProtocolJson.Default.WorkerInstallation, ProtocolJson.Default.WorkerCheck, cancellationToken);
        return new CheckResult(check.IsHealthy, check.Problems);
    }

    private OpenCall Open(UserInstallation installation, CancellationToken cancellationToken) => session.Open(new InstallationScope(installation), null, cancellationToken);

    private static WorkerInstallation Message(OpenCall call, UserInstallation installation) =>
        new(call.Id, call.Message, installation.Slug, installation.Version, installation.SettingsJson);

    /// <summary>A lifecycle call's user: their documents, and no capability, as in the host's own process.</summary>
    private sealed class InstallationScope(UserInstallation installation) : IUserScope
    {
        public IPluginUser User => installation.User;

        public IReadOnlySet<string> GrantedCapabilities { get; } = new HashSet<string>(StringComparer.Ordinal);

        public IUserData Data => installation.Data;

        public string SettingsJson => installation.SettingsJson;
    }
}
