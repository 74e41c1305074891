using Berth.Host.Dispatch;
using Microsoft.AspNetCore.Http;

namespace Berth.Host;

/// <summary>A counted reference to a running instance. While it is held the instance is not retired.</summary>
public interface IInstanceLease : IDisposable
{
    /// <summary>The version.</summary>
    PluginVersionId Id { get; }

    /// <summary>The plugin's own lifecycle manager behind a seam that keeps its faults and its types inside, or the declarative default.</summary>
    ILifecycleCalls Lifecycle { get; }

    /// <summary>Runs a request through the plugin's own endpoint pipeline.</summary>
    /// <param name="context">The host's request. The plugin gets a context of its own over it; this one's path, services, user and endpoint stay as they are.</param>
    /// <param name="user">Whose request it is.</param>
    /// <param name="pathBase">For example <c>/p/Notes</c>.</param>
    /// <param name="path">The rest, for example <c>/notes/7</c>.</param>
    Task<DispatchOutcome> DispatchAsync(HttpContext context, IUserScope user, PathString pathBase, PathString path);
}
