namespace Berth.Server.Auth;

/// <summary>Finds out who a request comes from. Embedding applications bring their own over their own authentication.</summary>
public interface ICallerResolver
{
    /// <summary>The caller, or <see langword="null"/> when the request is anonymous. No database once warm.</summary>
    ValueTask<Caller?> ResolveAsync(HttpContext context);
}
