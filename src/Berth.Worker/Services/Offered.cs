using System.Reflection;
using Berth.Contracts;
using Berth.Worker.Protocol;

namespace Berth.Worker.Services;

/// <summary>A service that the plugin offers to others.</summary>
internal sealed record Offered(string Token, Type Implementation, ServiceContract Contract)
{
    public static IReadOnlyList<Offered> Find(Assembly assembly, WorkerHello hello, out List<string> problems) =>
        [.. OfferedTypes.Find(assembly, hello.Services, out problems).Select(found => new Offered(found.Token, found.Implementation, found.Contract))];
}
