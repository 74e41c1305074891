namespace Berth;

/// <summary>
/// A plugin's own code for the life cycle of one user's installation. Optional: without one, Berth's declarative default
/// installs the manifest's modules and carries <see cref="IUserData"/> documents over unchanged.
/// </summary>
/// <remarks>
/// One object a loaded version, shared by all users and called concurrently for different users. Named by the manifest's
/// <c>module.lifecycleManager</c> (a full type name), or found as the only public subclass. The class has a public
/// constructor; its parameters come from the plugin's own services.
/// A call that throws fails the operation and leaves the user's old version and data as they were; only uninstall goes on.
/// </remarks>
public abstract class LifecycleManager
{
    /// <summary>Prepares a new installation, for example first documents. Not called on an update: see <see cref="ImportAsync"/>.</summary>
    public virtual Task InstallAsync(UserInstallation installation, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Cleans up what the plugin keeps outside <see cref="IUserData"/>. Uninstall goes on even when this throws.</summary>
    public virtual Task UninstallAsync(UserInstallation installation, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Hands out the user's data in this version's format. The default exports all documents of <see cref="IUserData"/>.</summary>
    public virtual async Task<UserDataExport> ExportAsync(UserInstallation installation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(installation);
        var documents = await installation.Data.ListJsonAsync("", cancellationToken);
        return new UserDataExport(installation.Version, documents);
    }

    /// <summary>
    /// Takes over data that another version exported. <see cref="UserDataExport.Version"/> tells which one, older or newer.
    /// <see cref="UserInstallation.Data"/> is empty when this is called. The default writes all documents unchanged.
    /// </summary>
    public virtual async Task ImportAsync(UserInstallation installation, UserDataExport old, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(installation);
        ArgumentNullException.ThrowIfNull(old);
        foreach (var (key, json) in old.Documents)
            await installation.Data.SetJsonAsync(key, json, cancellationToken);
    }

    /// <summary>Says whether this user's installation is sound, and why not.</summary>
    public virtual Task<CheckResult> CheckAsync(UserInstallation installation, CancellationToken cancellationToken) =>
        Task.FromResult(CheckResult.Healthy);
}
