using Berth.Host.Dispatch;
using Microsoft.AspNetCore.Http;

namespace Berth.Host.Tests.Graph.Loading;

/// <summary>A lease on nothing.</summary>
internal sealed class NoLease(PluginVersionId id) : IInstanceLease
{
    public PluginVersionId Id => id;

    public ILifecycleCalls Lifecycle => throw new NotSupportedException();

    public Task<DispatchOutcome> DispatchAsync(HttpContext context, IUserScope user, PathString pathBase, PathString path) => throw new NotSupportedException();

    public void Dispose()
    {
    }
}
