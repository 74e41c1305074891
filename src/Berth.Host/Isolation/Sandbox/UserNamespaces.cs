namespace Berth.Host.Isolation.Sandbox;

/// <summary>Why bubblewrap gets no namespaces, by the switches that machines have for it.</summary>
internal static class UserNamespaces
{
    /// <summary>What to do.</summary>
    public static string Remedy(string reason) => Remedy(reason, file => File.Exists(file) ? File.ReadAllText(file).Trim() : null);

    /// <summary>What to do, by the kernel's settings.</summary>
    /// <param name="reason">What bubblewrap said.</param>
    /// <param name="read">Reads a setting; <see langword="null"/>: this kernel has none.</param>
    public static string Remedy(string reason, Func<string, string?> read)
    {
        if (read("/proc/sys/user/max_user_namespaces") == "0")
            return "User namespaces are switched off. Switch them on with: sysctl -w user.max_user_namespaces=15000.";
        if (read("/proc/sys/kernel/unprivileged_userns_clone") == "0")
            return "User namespaces are for root only here. Open them with: sysctl -w kernel.unprivileged_userns_clone=1.";
        if (read("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == "1")
            return "AppArmor keeps user namespaces from programs without a profile. Give bubblewrap one, or: sysctl -w kernel.apparmor_restrict_unprivileged_userns=0.";
        if (reason.Contains("proc", StringComparison.OrdinalIgnoreCase) && reason.Contains("mount", StringComparison.OrdinalIgnoreCase))
            return "The host runs in a container that hides parts of /proc. Start that container with an unmasked /proc, for example podman's --security-opt unmask=ALL.";
        return "Look whether this machine, or the container that the host runs in, permits user namespaces (its seccomp profile often does not).";
    }
}
