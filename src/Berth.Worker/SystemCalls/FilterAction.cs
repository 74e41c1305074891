namespace Berth.Worker.SystemCalls;

/// <summary>What the kernel does with a call (seccomp(2)).</summary>
internal static class FilterAction
{
    /// <summary>The call is made.</summary>
    public const uint Allow = 0x7FFF0000;

    /// <summary>The process ends at once.</summary>
    public const uint Kill = 0x80000000;

    /// <summary>The call fails: "Operation not permitted" (EPERM).</summary>
    public const uint Refuse = Fail | 1;

    /// <summary>The call fails as if the kernel did not have it (ENOSYS): libraries fall back to an older one.</summary>
    public const uint Unknown = Fail | 38;

    /// <summary>The call fails as on a machine without that address family (EAFNOSUPPORT).</summary>
    public const uint NoFamily = Fail | 97;

    private const uint Fail = 0x00050000;
}
