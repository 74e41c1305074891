using System.Collections;
using System.Reflection;
using System.Runtime.Loader;
using Microsoft.AspNetCore.Http;

namespace Berth.Host.Isolation.InProcess.Scrubs;

/// <summary>Minimal APIs built without the request delegate generator remember how each parameter type is bound.</summary>
internal sealed class ParameterBindingScrub : IFrameworkScrub
{
    private const BindingFlags Any = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    public string? Run(AssemblyLoadContext context)
    {
        var type = typeof(RequestDelegateFactory).Assembly.GetType("Microsoft.AspNetCore.Http.ParameterBindingMethodCache");
        if (type is null)
            return "ParameterBindingMethodCache is not there";

        var found = 0;
        foreach (var instance in new[] { "Instance", "NonThrowingInstance" })
        {
            if (type.GetField(instance, Any)?.GetValue(null) is not { } cache && (cache = type.GetProperty(instance, Any)?.GetValue(null)) is null)
                continue;
            foreach (var field in type.GetFields(Any))
            {
                if (!field.IsStatic && field.GetValue(cache) is IDictionary dictionary)
                {
                    TypeKeys.Remove(dictionary, context);
                    found++;
                }
            }
        }

        return found > 0 ? null : "ParameterBindingMethodCache has no dictionaries";
    }
}
