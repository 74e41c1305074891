namespace Berth.Host;

/// <summary>Calls into a plugin's lifecycle manager. Never throws what the plugin threw, never hands out a plugin's object.</summary>
public interface ILifecycleCalls
{
    /// <summary>Whether the plugin brought its own lifecycle manager.</summary>
    bool IsOwn { get; }

    /// <inheritdoc cref="LifecycleManager.InstallAsync" />
    /// <exception cref="PluginCallException">The plugin's code failed or took too long.</exception>
    Task InstallAsync(UserInstallation installation, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="LifecycleManager.UninstallAsync" />
    /// <exception cref="PluginCallException">The plugin's code failed or took too long.</exception>
    Task UninstallAsync(UserInstallation installation, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="LifecycleManager.ExportAsync" />
    /// <exception cref="PluginCallException">The plugin's code failed or took too long.</exception>
    Task<UserDataExport> ExportAsync(UserInstallation installation, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="LifecycleManager.ImportAsync" />
    /// <exception cref="PluginCallException">The plugin's code failed or took too long.</exception>
    Task ImportAsync(UserInstallation installation, UserDataExport old, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="LifecycleManager.CheckAsync" />
    /// <exception cref="PluginCallException">The plugin's code failed or took too long.</exception>
    Task<CheckResult> CheckAsync(UserInstallation installation, CancellationToken cancellationToken = default);
}

/// <summary>A plugin's code failed. Carries texts only: an exception object of the plugin would keep its version in memory.</summary>
public sealed class PluginCallException : Exception
{
    /// <summary>Creates the exception.</summary>
    public PluginCallException(PluginVersionId plugin, string call, string reason)
        : base($"{plugin}: {call} failed: {reason}")
    {
        Plugin = plugin;
        Call = call;
        Reason = reason;
    }

    /// <summary>Whose code failed.</summary>
    public PluginVersionId Plugin { get; }

    /// <summary>What was called, for example <c>install</c>.</summary>
    public string Call { get; }

    /// <summary>Type and message of what was thrown, or what took too long.</summary>
    public string Reason { get; }

    /// <summary>A stable code when it was not the call that failed, for example <c>plugin.breaker_open</c>.</summary>
    public string? Code { get; init; }

    /// <summary>When it makes sense to call again, if that is known.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
