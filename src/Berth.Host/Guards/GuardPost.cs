namespace Berth.Host.Guards;

/// <summary>Where guards are asked: one version's guards, with the services and the user of one call into it.</summary>
/// <param name="guards">The version's guards.</param>
/// <param name="services">The scope of the call in the version's own provider.</param>
/// <param name="user">The caller, as a user of this plugin.</param>
/// <param name="cancellationToken">Cancelled when the caller goes, the version is unloaded, or the call is over.</param>
internal sealed class GuardPost(GuardSet guards, IServiceProvider services, IUserScope user, CancellationToken cancellationToken)
{
    public GuardSet Guards => guards;

    public IServiceProvider Services => services;

    public IUserScope User => user;

    public CancellationToken CancellationToken => cancellationToken;

    /// <summary>The guard that went on after its time, if one did: whoever made this post holds the instance until it ends.</summary>
    public Task? Stray { get; set; }
}
