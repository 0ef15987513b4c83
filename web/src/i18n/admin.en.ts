export default { 'admin.x': 'x' };
