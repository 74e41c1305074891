namespace Berth;

/// <summary>
/// Services of other plugins, for the user of the current call. Scoped to the call: a proxy is refused once that call is over.
/// Only what the manifest's <c>module.consumes</c> lists can be had.
/// </summary>
public interface IPluginServices
{
    /// <summary>
    /// A proxy of the service. Nothing is loaded yet: every call through it finds the provider that fits best at that moment, so
    /// one that was updated, reloaded or away works again by itself.
    /// </summary>
    /// <typeparam name="T">The contract: an interface with <see cref="ServiceContractAttribute"/>, from an assembly compiled with Berth.Sdk.</typeparam>
    /// <param name="token">The service's token.</param>
    /// <exception cref="ServiceRefusedException">The manifest does not list it, or <typeparamref name="T"/> is no contract.</exception>
    T Get<T>(string token)
        where T : class;

    /// <summary>The same, or <see langword="null"/> when nobody offers the service to this user now: for services that the plugin can do without.</summary>
    /// <exception cref="ServiceRefusedException">The manifest does not list it, or <typeparamref name="T"/> is no contract.</exception>
    ValueTask<T?> FindAsync<T>(string token, CancellationToken cancellationToken = default)
        where T : class;

    /// <summary>Who offers the service, the one that the next call would reach first, and why others are not chosen.</summary>
    /// <exception cref="ServiceRefusedException">The manifest does not list it.</exception>
    ValueTask<IReadOnlyList<ServiceCandidate>> CandidatesAsync(string token, CancellationToken cancellationToken = default);
}
